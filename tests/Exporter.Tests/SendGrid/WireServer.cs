using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Exporter.Tests.SendGrid;

/// <summary>
/// A server that sends whatever bytes the test gives and then closes the connection: for answers that no proper HTTP server can send.
/// </summary>
internal sealed class WireServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly Func<string, byte[]?> _answer;
    private readonly Task _accepting;

    /// <param name="answer">
    /// Answers a request, given its head (request line and headers). <see langword="null"/> keeps the connection open in silence.
    /// </param>
    /// <param name="hangAfter">Whether the connection stays open after the bytes.</param>
    public WireServer(Func<string, byte[]?> answer, bool hangAfter = false)
    {
        _answer = answer;
        HangAfter = hangAfter;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri BaseUrl => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>The heads of all requests so far.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    private bool HangAfter { get; }

    /// <summary>An answer of status 200 with this body.</summary>
    public static byte[] Ok(string body) => Answer("200 OK", body);

    public static byte[] Ok(ReadOnlySpan<byte> body, params string[] headers) => Answer("200 OK", body, headers);

    public static byte[] Answer(string status, string body, params string[] headers) => Answer(status, Encoding.UTF8.GetBytes(body), headers);

    public static byte[] Answer(string status, ReadOnlySpan<byte> body, params string[] headers)
    {
        var head = string.Join("\r\n", [$"HTTP/1.1 {status}", $"Content-Length: {body.Length}", "Connection: close", .. headers]);
        return [.. Encoding.ASCII.GetBytes(head + "\r\n\r\n"), .. body];
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            var head = await HeadAsync(stream);
            _requests.Enqueue(head);
            var answer = _answer(head);
            if (answer is not null)
            {
                await stream.WriteAsync(answer, _stopping.Token);
            }

            if (answer is null || HangAfter)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stopping.Token);
            }
        }
    }

    private async Task<string> HeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[4096];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(one, _stopping.Token);
            if (read == 0)
            {
                break;
            }

            head.Append(Encoding.ASCII.GetString(one, 0, read));
        }

        return head.ToString();
    }
}
