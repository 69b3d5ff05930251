// Linked into the Native AOT binary. Before the first line of Program.cs the runtime starts, for some 10 ms of a processor, and until the
// handlers are installed a signal would end the process. So it waits: HeldSignals.cs lets it through once somebody handles it.
#include <signal.h>

__attribute__((constructor(101))) static void hold_signals(void)
{
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGHUP);
    sigprocmask(SIG_BLOCK, &held, 0);
}
