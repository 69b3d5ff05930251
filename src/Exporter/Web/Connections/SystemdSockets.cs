using System.Globalization;
using System.Net.Sockets;

namespace Exporter.Web.Connections;

/// <summary>The sockets that systemd opened for the program and passes to it (sd_listen_fds(3)).</summary>
internal static class SystemdSockets
{
    /// <summary>SD_LISTEN_FDS_START; they follow one another.</summary>
    private const int First = 3;

    /// <summary>More than anybody passes, and less than a number that was mistyped.</summary>
    private const int Most = 1024;

    /// <param name="environment">The variables.</param>
    /// <param name="processId">This process: what is meant for another one, as a parent of this, is not for it.</param>
    /// <param name="descriptors">The sockets.</param>
    /// <returns>What is wrong; <see langword="null"/> when there are sockets.</returns>
    public static string? Read(Func<string, string?> environment, int processId, out IReadOnlyList<int> descriptors)
    {
        descriptors = [];
        if (environment("LISTEN_FDS") is not { Length: > 0 } number)
        {
            return "systemd passed no socket: LISTEN_FDS is not set; it starts the program by a socket unit";
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

    /// <summary>Why nobody can be accepted at a descriptor; <see langword="null"/> when somebody can.</summary>
    public static string? TroubleWith(int descriptor)
    {
        try
        {
#pragma warning disable CA2000 // The socket owns it, and it owns no descriptor.
            using var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: false));
#pragma warning restore CA2000
            return socket.SocketType == SocketType.Unknown ? $"descriptor {descriptor} is no socket"
                : socket.SocketType != SocketType.Stream ? $"descriptor {descriptor} is no stream: the socket unit has ListenStream="
                : socket.Connected ? $"descriptor {descriptor} is a connection: the socket unit has Accept=no"
                : null;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return $"descriptor {descriptor} is no socket: {e.Message}";
        }
    }

    private static string Short(string text) => text.Length > 20 ? text[..20] + "…" : text;
}
