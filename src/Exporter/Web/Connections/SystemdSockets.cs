using System.Globalization;
using System.Net.Sockets;

namespace Exporter.Web.Connections;

/// <summary>Finds the sockets that systemd opened and passed to the program (sd_listen_fds(3)).</summary>
internal static class SystemdSockets
{
    /// <summary>SD_LISTEN_FDS_START; the others follow it.</summary>
    private const int First = 3;

    /// <summary>More than any unit passes; a larger number is a typing error.</summary>
    private const int Most = 1024;

    /// <param name="environment">Returns the value of an environment variable.</param>
    /// <param name="processId">This process: systemd's variables may be meant for another one, such as a parent.</param>
    /// <param name="descriptors">The sockets.</param>
    /// <returns>An error text; <see langword="null"/> when there are sockets.</returns>
    public static string? Read(Func<string, string?> environment, int processId, out IReadOnlyList<int> descriptors)
    {
        descriptors = [];
        if (environment("LISTEN_FDS") is not { Length: > 0 } number)
        {
            return "systemd passed no socket: LISTEN_FDS is not set; start the program by a socket unit";
        }

        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > Most)
        {
            return $"systemd passed no socket: LISTEN_FDS is '{Short(number)}'";
        }

        var process = environment("LISTEN_PID") ?? "";
        if (!int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var meant) || meant != processId)
        {
            return $"systemd passed no socket to this process: LISTEN_PID is '{Short(process)}', and this is {processId}";
        }

        descriptors = [.. Enumerable.Range(First, count)];
        return null;
    }

    /// <summary>Returns why a descriptor cannot accept connections; <see langword="null"/> when it can.</summary>
    public static string? TroubleWith(int descriptor)
    {
        try
        {
            // The socket owns it, and it owns no descriptor.
            using var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: false));
            return socket switch
            {
                { SocketType: SocketType.Unknown } => $"descriptor {descriptor} is not a socket",
                { SocketType: not SocketType.Stream } => $"descriptor {descriptor} is not a stream: the socket unit needs ListenStream=",
                { Connected: true } => $"descriptor {descriptor} is a connection: the socket unit needs Accept=no",
                _ => null,
            };
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return $"descriptor {descriptor} is not a socket: {e.Message}";
        }
    }

    private static string Short(string text) => text.Length > 20 ? text[..20] + "…" : text;
}
