using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Exporter.Configuration;

namespace Exporter.Tests.Web;

/// <summary>Clients that connect and say nothing, or not enough, or not any more, keep nobody out.</summary>
public sealed class SilentConnectionsTests : IDisposable
{
    private const int Room = 8;
    private const string Probe = "GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    private readonly List<IDisposable> _open = [];

    public void Dispose() => Leave();

    [Theory]
    [InlineData("")]
    [InlineData("G")]
    [InlineData("GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow: ")]
    [InlineData("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\nGET /-/hea")]
    [InlineData("POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /nothing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")]
    public async Task A_probe_is_answered_beside_any_number_of_connections_that_stand_still(string said)
    {
        await using var served = await Served.StartAsync(Room);
        for (var i = 0; i < 5 * Room; i++)
        {
            _open.Add(await served.SendAsync(Encoding.ASCII.GetBytes(said)));
            if (i % Room == 0)
            {
                await AssertAnsweredAsync(served, Probe);
            }
        }

        await AssertAnsweredAsync(served, Probe);
        await AssertAnsweredAsync(served, Probe.Replace("/-/healthy", "/metrics", StringComparison.Ordinal));
        Leave();
    }

    private static async Task AssertAnsweredAsync(Served served, string probe) =>
        Assert.StartsWith("HTTP/1.1 200 ", await AnswerAsync(() => served.AnswerAsync(probe)), StringComparison.Ordinal);

    /// <summary>
    /// On a busy machine connections that were made before may take their places after this one, and eight of them are a full table here:
    /// then it is asked again.
    /// </summary>
    private static async Task<string> AnswerAsync(Func<Task<string>> ask)
    {
        var answer = "";
        for (var tries = 0; tries < 5 * Room && !answer.StartsWith("HTTP/", StringComparison.Ordinal); tries++)
        {
            try
            {
                answer = await ask();
            }
            catch (IOException e)
            {
                answer = e.Message;
            }
        }

        return answer;
    }

    /// <summary>The server's stop would wait for those who are still there.</summary>
    private void Leave() => _open.ForEach(static each => each.Dispose());

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x16, 0x03, 0x01, 0x00, 0xf0, 0x01 })]
    [InlineData(new byte[] { 0x47, 0x45, 0x54, 0x20 })]
    public async Task So_it_is_over_TLS_where_handshakes_never_end(byte[] said)
    {
        var directory = Directory.CreateTempSubdirectory().FullName;
        try
        {
            using var certificates = new Certificates();
            var (certificate, key) = certificates.Sign("server");
            await File.WriteAllTextAsync(
                Path.Combine(directory, "web.yml"),
                "tls_server_config: {cert_file: server.crt, key_file: server.key}",
                TestContext.Current.CancellationToken
            );
            await File.WriteAllTextAsync(Path.Combine(directory, "server.crt"), certificate, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(directory, "server.key"), key, TestContext.Current.CancellationToken);
            await using var served = await Served.StartAsync(
                Room,
                WebAccessReader.Load(Path.Combine(directory, "web.yml"), static _ => null)
            );
            for (var i = 0; i < 5 * Room; i++)
            {
                _open.Add(await served.SendAsync(said));
            }

            var refused = await AnswerAsync(() => TlsAnswerAsync(served, "GARBAGE\r\n\r\n"));
            Assert.StartsWith("HTTP/1.1 400 ", refused, StringComparison.Ordinal);
            Assert.Contains("X-Content-Type-Options: nosniff", refused, StringComparison.Ordinal);
            Assert.StartsWith("HTTP/1.1 200 ", await AnswerAsync(() => TlsAnswerAsync(served, Probe)), StringComparison.Ordinal);
            Leave();
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<string> TlsAnswerAsync(Served served, string request)
    {
        using var socket = await served.ConnectAsync();
        await using var network = new NetworkStream(socket);
#pragma warning disable CA5359 // Nobody knows who signed it.
        await using var tls = new SslStream(network, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync("localhost");
        await tls.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(tls);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
