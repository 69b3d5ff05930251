using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Exporter.Hosting;

/// <summary>
/// Handles the signals of the process: SIGTERM and SIGINT end it, SIGHUP reloads. The first line of <c>Main</c> installs the handlers, so a
/// signal never arrives too early: one that comes before the program can act on it is remembered.
/// </summary>
/// <param name="exit">Ends the process; <see langword="null"/> where the caller handles a stop that hangs.</param>
/// <param name="within">The time that a stop may take; <see langword="null"/> means <see cref="StopWithin"/>.</param>
#pragma warning disable CA1001 // It lives as long as the process: even a signal at its very end must find a handler.
internal sealed partial class Signals(Action<int>? exit = null, TimeSpan? within = null)
#pragma warning restore CA1001
{
    /// <summary>
    /// The time that the whole stop may take, whatever hangs: promise 8 allows 5 s, a busy machine needs some of that to end a process, and
    /// SIGKILL usually follows a SIGTERM that takes too long.
    /// </summary>
    public static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(4);

    /// <summary>SIGXFSZ, by its number on Linux and macOS: .NET has no name for it.</summary>
    private const PosixSignal FileTooBig = (PosixSignal)25;

    /// <summary>A shell adds this to the number of a signal to form an exit code.</summary>
    private const int BySignal = 128;

    private const int Hangup = 1;
    private const int Interrupt = 2;
    private const int Termination = 15;

    /// <summary>
    /// The other signals that people send and that end a process without a handler: SIGQUIT, SIGUSR1, SIGUSR2 and SIGALRM, by their numbers
    /// on Linux.
    /// </summary>
    private static readonly int[] Others = [3, 10, 12, 14];

    /// <summary>
    /// Whether this is the first process of a PID namespace, as in a container. The kernel spares it every signal that it does not handle.
    /// </summary>
    private static readonly bool IsFirstProcess = OperatingSystem.IsLinux() && Environment.ProcessId == 1;

    private readonly Lock _order = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _hangups = Channel.CreateBounded<bool>(capacity: 1);
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _first;
    private bool _isReleased;

    /// <summary>Kept to the end of the program: the collector would dispose a registration, and with it the handler.</summary>
    private readonly List<PosixSignalRegistration> _kept = [];
    private long _stopBegan;

    /// <summary>Installs the handlers of this process.</summary>
    public static Signals OfProcess()
    {
        var signals = new Signals(Environment.Exit);
        signals.Handle(PosixSignal.SIGTERM, Termination, signals.Terminate);
        signals.Handle(PosixSignal.SIGINT, Interrupt, signals.Terminate);
        if (!OperatingSystem.IsWindows())
        {
            signals.Handle(PosixSignal.SIGHUP, Hangup, signals.HangUp);

            // A file that may not grow any more (ulimit -f, LimitFSIZE=) is an error of that write, like a full disk, and must not end the
            // process, whatever command runs.
            signals._kept.Add(PosixSignalRegistration.Create(FileTooBig, static context => context.Cancel = true));
        }

        return signals;
    }

    /// <summary>Canceled by the first SIGTERM or SIGINT; further ones change nothing.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>Holds an item when a SIGHUP waits to be handled; several become one.</summary>
    public ChannelReader<bool> Hangups => _hangups.Reader;

    /// <summary>The time that is left for the stop: <see cref="StopWithin"/> before it begins, zero at its end.</summary>
    public TimeSpan TimeLeft
    {
        get
        {
            var began = Interlocked.Read(ref _stopBegan);
            var left = began == 0 ? StopWithin : StopWithin - TimeProvider.System.GetElapsedTime(began);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public void HangUp() => _hangups.Writer.TryWrite(item: true);

    public void Terminate()
    {
        BeginStop(ExitCode.Good);
        _ = _stop.CancelAsync();
    }

    /// <summary>Starts the time limit of the stop; when it is over the process ends. Only the first call has an effect.</summary>
    /// <param name="exitCode">The exit code of a stop that hangs.</param>
    public void BeginStop(int exitCode)
    {
        if (Interlocked.CompareExchange(ref _stopBegan, TimeProvider.System.GetTimestamp(), 0) != 0 || exit is null)
        {
            return;
        }

        // Uses a thread of its own: the code that hangs may occupy all threads of the pool.
        new Thread(() =>
        {
            using var never = new ManualResetEventSlim();
            never.Wait(within ?? StopWithin);
            exit(exitCode);
        })
        {
            IsBackground = true,
            Name = "stop",
        }.Start();
    }

    /// <summary>
    /// Lets every signal end the process, for a command that they end as any tool; one that has already arrived ends it now. They return to
    /// the system where it does that, and stay handled where it would spare the process.
    /// </summary>
    public void Release()
    {
        if (IsFirstProcess)
        {
            Array.ForEach(Others, number => Handle((PosixSignal)number, number, static () => { }));
        }
        else
        {
            _registrations.ForEach(static registration => registration.Dispose());
            _registrations.Clear();
        }

        int first;
        lock (_order)
        {
            (_isReleased, first) = (true, _first);
        }

        if (first != 0)
        {
            EndBy(first);
        }
    }

    private void Handle(PosixSignal signal, int number, Action act) =>
        _registrations.Add(
            PosixSignalRegistration.Create(
                signal,
                context =>
                {
                    context.Cancel = true;
                    if (IsTheEnd(number))
                    {
                        EndBy(number);
                    }
                    else
                    {
                        act();
                    }
                }
            )
        );

    /// <summary>Remembers a signal that arrives before <see cref="Release"/>.</summary>
    private bool IsTheEnd(int number)
    {
        lock (_order)
        {
            _first = _first == 0 ? number : _first;
            return _isReleased;
        }
    }

    /// <summary>
    /// Ends the process by a signal that came before it was returned to the system, so that a shell sees the signal. The exit code that
    /// looks like it is for the process that the kernel spares.
    /// </summary>
    private void EndBy(int number)
    {
        if (exit is null)
        {
            return;
        }

        if (!IsFirstProcess && !OperatingSystem.IsWindows())
        {
            _ = Kill(Environment.ProcessId, number);
        }

        exit(BySignal + number);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
