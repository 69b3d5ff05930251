using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections;

namespace Exporter.Tests.SendGrid;

/// <summary>
/// A server that sends whatever bytes the test gives and then closes the connection: for answers that no proper HTTP server can send.
/// </summary>
internal sealed class WireServer : IAsyncDisposable
{
    private readonly IConnectionListener _listener;
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
        _listener = Clients.Network.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _accepting = AcceptAsync();
    }

    public Uri BaseUrl => new($"http://{_listener.EndPoint}");

    /// <summary>The heads of all requests so far.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    private bool HangAfter { get; }

    /// <summary>An answer of status 200 with this body.</summary>
    public static byte[] Ok(string body) => Answer("200 OK", body);

    /// <summary>An empty page with a link to the next one.</summary>
    public static byte[] OkWithNext(string next) =>
        Ok(
            new JsonObject
            {
                ["results"] = new JsonArray(),
                ["_metadata"] = new JsonObject { ["next"] = next },
            }.ToJsonString()
        );

    public static byte[] Ok(ReadOnlySpan<byte> body, params string[] headers) => Answer("200 OK", body, headers);

    public static byte[] Answer(string status, string body, params string[] headers) =>
        Answer(status, Encoding.UTF8.GetBytes(body), headers);

    public static byte[] Answer(string status, ReadOnlySpan<byte> body, params string[] headers)
    {
        var head = string.Join("\r\n", [$"HTTP/1.1 {status}", $"Content-Length: {body.Length}", "Connection: close", .. headers]);
        return [.. Encoding.ASCII.GetBytes(head + "\r\n\r\n"), .. body];
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _listener.DisposeAsync();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (await _listener.AcceptAsync(_stopping.Token) is { } connection)
        {
            _ = ServeAsync(connection).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(ConnectionContext connection)
    {
        try
        {
            await AnswerAsync(connection.Transport);
        }
        finally
        {
            await connection.Transport.Output.CompleteAsync();
            await connection.Transport.Input.CompleteAsync();
        }
    }

    private async Task AnswerAsync(IDuplexPipe client)
    {
        var head = await HeadAsync(client.Input);
        _requests.Enqueue(head);
        var answer = _answer(head);
        if (answer is not null)
        {
            await client.Output.WriteAsync(answer, _stopping.Token);
        }

        if (answer is null || HangAfter)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stopping.Token);
        }
    }

    /// <summary>Up to the empty line, or to the end.</summary>
    private async Task<string> HeadAsync(PipeReader client)
    {
        while (true)
        {
            var read = await client.ReadAsync(_stopping.Token);
            var head = Encoding.ASCII.GetString(read.Buffer);
            if (head.EndsWith("\r\n\r\n", StringComparison.Ordinal) || read.IsCompleted)
            {
                client.AdvanceTo(read.Buffer.End);
                return head;
            }

            client.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
