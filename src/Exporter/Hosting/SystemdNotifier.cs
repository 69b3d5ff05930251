using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Exporter.Hosting;

/// <summary>
/// Reports the program's state to systemd (sd_notify(3), <c>Type=notify</c>); does nothing elsewhere. The notifier of .NET reports neither
/// reloads nor signs of life.
/// </summary>
/// <param name="send">Sends one message; <see langword="null"/> without a receiver.</param>
internal sealed class SystemdNotifier(Action<string>? send)
{
    private readonly Lock _turn = new();
    private bool _isReady;
    private bool _isStopping;

    public static SystemdNotifier FromEnvironment(Func<string, string?> environment) =>
        new(AddressOf(environment("NOTIFY_SOCKET")) is { } address ? text => Send(address, text) : null);

    /// <summary>
    /// Returns the time within which systemd expects a sign of life from this process; <see langword="null"/> when it expects none.
    /// </summary>
    public static TimeSpan? Watchdog(Func<string, string?> environment, int processId) =>
        long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
        && microseconds is > 0 and < long.MaxValue / 10
        && (environment("WATCHDOG_PID") is not { Length: > 0 } process || process == processId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;

    /// <summary>Reports that the program listens.</summary>
    public void Ready() => Notify(() => _isReady = true, "READY=1");

    /// <summary>Reports that the program ends. No message of a late reload follows this one.</summary>
    public void Stopping() => Notify(() => _isStopping = true, "STOPPING=1");

    public void Alive() => Notify(static () => { }, "WATCHDOG=1");

    /// <summary>Reports the start of a reload; disposing of the result reports its end.</summary>
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

    /// <summary>Returns CLOCK_MONOTONIC, on which .NET's stopwatch is based on Linux.</summary>
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

    /// <summary>
    /// Returns the address in a path or, with <c>@</c>, in the abstract namespace. Other forms (vsock) are for virtual machines.
    /// </summary>
    private static UnixDomainSocketEndPoint? AddressOf(string? name)
    {
        try
        {
            return name switch
            {
                ['/', ..] => new(name),
                ['@', _, ..] => new("\0" + name[1..]),
                _ => null,
            };
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
            // The receiver is gone or does not read; the program works all the same.
        }
    }

    private sealed class Reload(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
