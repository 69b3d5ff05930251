using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Exporter.Hosting;

/// <summary>
/// Tells systemd how the program is (sd_notify(3), <c>Type=notify</c>); elsewhere it tells nobody. An own one, because what comes with .NET
/// says neither that a reload is under way nor that the program is alive.
/// </summary>
/// <param name="send">Sends one message; <see langword="null"/> where nobody listens.</param>
internal sealed class SystemdNotifier(Action<string>? send)
{
    private readonly Lock _turn = new();
    private bool _isReady;
    private bool _isStopping;

    public static SystemdNotifier FromEnvironment(Func<string, string?> environment) =>
        new(AddressOf(environment("NOTIFY_SOCKET")) is { } address ? text => Send(address, text) : null);

    /// <summary>How often systemd wants a sign of life at least, from this process; <see langword="null"/> when it wants none.</summary>
    public static TimeSpan? Watchdog(Func<string, string?> environment, int processId) =>
        long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
        && microseconds is > 0 and < long.MaxValue / 10
        && (environment("WATCHDOG_PID") is not { Length: > 0 } process || process == processId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;

    /// <summary>It listens.</summary>
    public void Ready() => Notify(() => _isReady = true, "READY=1");

    /// <summary>It ends. Nothing that a late reload has to say comes behind this.</summary>
    public void Stopping() => Notify(() => _isStopping = true, "STOPPING=1");

    public void Alive() => Notify(static () => { }, "WATCHDOG=1");

    /// <summary>A reload begins; it ends when what is returned is disposed of.</summary>
    public IDisposable Reloading()
    {
        var wasReady = _isReady;
        if (wasReady)
        {
            Notify(static () => { }, string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={Monotonic()}"));
        }

        return new Reload(() =>
        {
            if (wasReady)
            {
                Ready();
            }
        });
    }

    /// <summary>CLOCK_MONOTONIC, of which .NET makes its stopwatch on Linux.</summary>
    private static long Monotonic() => (long)((Int128)Stopwatch.GetTimestamp() * 1_000_000 / Stopwatch.Frequency);

    private void Notify(Action change, string text)
    {
        lock (_turn)
        {
            if (!_isStopping)
            {
                change();
                send?.Invoke(text);
            }
        }
    }

    /// <summary>A path, or with <c>@</c> a name without a file. Others (vsock) are of virtual machines.</summary>
    private static UnixDomainSocketEndPoint? AddressOf(string? name)
    {
        try
        {
            return name is ['/', ..] ? new(name)
                : name is ['@', _, ..] ? new("\0" + name[1..])
                : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static void Send(UnixDomainSocketEndPoint address, string text)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
            socket.SendTo(System.Text.Encoding.UTF8.GetBytes(text), address);
        }
        catch (SocketException)
        {
            // Whoever wanted to be told is gone or does not read; the program is no worse for it.
        }
    }

    private sealed class Reload(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
