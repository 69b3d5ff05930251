using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Exporter.Hosting;

/// <summary>
/// What the process is told from outside: SIGTERM and SIGINT end it, SIGHUP reloads. The first line of <c>Main</c> takes the signals, so
/// none of them finds the program unprepared: what comes before anybody can act on it is remembered.
/// </summary>
/// <param name="exit">Ends the process; <see langword="null"/> where a stop that hangs is somebody else's business.</param>
/// <param name="within">How long a stop has; <see langword="null"/> is <see cref="StopWithin"/>.</param>
#pragma warning disable CA1001 // As long as the process: a signal at its very end must find a handler, too.
internal sealed class Signals(Action<int>? exit = null, TimeSpan? within = null)
#pragma warning restore CA1001
{
    /// <summary>
    /// All of a stop has this long, whatever hangs: promise 8 allows 5 s, a busy machine needs some of that to end a process, and who sent
    /// SIGTERM sends SIGKILL next.
    /// </summary>
    public static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(4);

    /// <summary>SIGXFSZ, by its number on Linux and macOS: .NET has no name for it.</summary>
    private const PosixSignal FileTooBig = (PosixSignal)25;

    /// <summary>What a shell adds to the number of a signal to make an exit code of it.</summary>
    private const int BySignal = 128;

    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _hangups = Channel.CreateBounded<bool>(capacity: 1);
    private readonly List<PosixSignalRegistration> _registrations = [];
    private volatile int _first;
    private long _stopBegan;

    /// <summary>Those of this process.</summary>
    public static Signals OfProcess()
    {
        var signals = new Signals(Environment.Exit);
        signals.Handle(PosixSignal.SIGTERM, 15, signals.Terminate);
        signals.Handle(PosixSignal.SIGINT, 2, signals.Terminate);
        if (!OperatingSystem.IsWindows())
        {
            signals.Handle(PosixSignal.SIGHUP, 1, signals.HangUp);

            // A file that may not grow any more (ulimit -f, LimitFSIZE=) is an error of that write, as a full disk is, and no end of the
            // process.
            signals.Handle(FileTooBig, number: 0, static () => { });
        }

        return signals;
    }

    /// <summary>Canceled by the first SIGTERM or SIGINT; more of them change nothing.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>An item when there was a SIGHUP that nobody has acted on yet; several are one.</summary>
    public ChannelReader<bool> Hangups => _hangups.Reader;

    /// <summary>What is left for the stop: all of <see cref="StopWithin"/> before it has begun, at the end nothing.</summary>
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

    /// <summary>From the first call on the time of the stop runs, and when it is over the process ends.</summary>
    /// <param name="exitCode">The exit code of a stop that hangs.</param>
    public void BeginStop(int exitCode)
    {
        if (Interlocked.CompareExchange(ref _stopBegan, TimeProvider.System.GetTimestamp(), 0) != 0 || exit is null)
        {
            return;
        }

        // A thread of its own: what hangs may have taken all of the pool's.
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
    /// Leaves the signals to the system, for a command that ends by them as every tool does; one that has come already ends it now.
    /// </summary>
    public void Release()
    {
        _registrations.ForEach(static registration => registration.Dispose());
        _registrations.Clear();
        if (_first != 0)
        {
            exit?.Invoke(BySignal + _first);
        }
    }

    private void Handle(PosixSignal signal, int number, Action act) =>
        _registrations.Add(
            PosixSignalRegistration.Create(
                signal,
                context =>
                {
                    context.Cancel = true;
                    _first = _first == 0 ? number : _first;
                    act();
                }
            )
        );
}
