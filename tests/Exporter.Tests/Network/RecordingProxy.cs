using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Exporter.Tests.Network;

/// <summary>A proxy on a free port of 127.0.0.1 that remembers every byte it gets. Both test projects use it.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<byte[]> _heard = new();
    private readonly Func<string, int?> _way;
    private readonly string _refusal;
    private readonly Task _accepting;
    private int _connections;

    /// <param name="way">The port of 127.0.0.1 that stands behind a CONNECT, given its head; <see langword="null"/> refuses it.</param>
    /// <param name="refusal">What it says then; nothing ends the connection without a word.</param>
    public RecordingProxy(Func<string, int?> way, string refusal = "403 Forbidden")
    {
        (_way, _refusal) = (way, refusal);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Host and port.</summary>
    public string Authority => _listener.LocalEndpoint.ToString()!;

    public int Connections => _connections;

    /// <summary>All that it got, from every connection.</summary>
    public string Heard => string.Concat(_heard.Select(Encoding.Latin1.GetString));

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync();
            Interlocked.Increment(ref _connections);
            _ = ServeAsync(client).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        var stream = client.GetStream();
        var head = "";
        while (!head.Contains("\r\n\r\n", StringComparison.Ordinal) && await ReadAsync(stream) is { Length: > 0 } bytes)
        {
            head += Encoding.Latin1.GetString(bytes);
        }

        if (_way(head) is not { } port)
        {
            if (_refusal.Length > 0)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {_refusal}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            }

            return;
        }

        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Loopback, port);
        await stream.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray());
        var back = server.GetStream().CopyToAsync(stream);
        while (await ReadAsync(stream) is { Length: > 0 } bytes)
        {
            await server.GetStream().WriteAsync(bytes);
        }

        server.Client.Shutdown(SocketShutdown.Send);
        await back;
    }

    private async Task<byte[]> ReadAsync(NetworkStream stream)
    {
        var buffer = new byte[16 * 1024];
        var bytes = buffer[..await stream.ReadAsync(buffer)];
        _heard.Enqueue(bytes);
        return bytes;
    }
}
