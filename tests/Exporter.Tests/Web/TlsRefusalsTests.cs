using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Exporter.Configuration;

namespace Exporter.Tests.Web;

/// <summary>Whatever protocol a client offers over TLS, each answer has the header of every answer.</summary>
public sealed class TlsRefusalsTests : IAsyncLifetime
{
    private const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private readonly string _directory = Directory.CreateTempSubdirectory("sendgrid-exporter-").FullName;
    private Served _served = null!;

    public async ValueTask InitializeAsync()
    {
        using var certificates = new Certificates();
        var (certificate, key) = certificates.Sign("server");
        await File.WriteAllTextAsync(Path.Combine(_directory, "server.crt"), certificate);
        await File.WriteAllTextAsync(Path.Combine(_directory, "server.key"), key);
        var web = Path.Combine(_directory, "web.yml");
        await File.WriteAllTextAsync(
            web,
            "tls_server_config: {cert_file: server.crt, key_file: server.key}\nhttp_server_config: {http2: true}\n"
        );
        var access = WebAccessReader.Load(web, static _ => null);
        Assert.Contains("the program serves HTTP/1.1 only", Assert.Single(access.Warnings), StringComparison.Ordinal);
        _served = await Served.StartAsync(access: access);
    }

    public async ValueTask DisposeAsync()
    {
        await _served.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    public static TheoryData<string, string, string> All
    {
        get
        {
            var long20000 = new string('x', 20_000);
            (string Request, string Status)[] requests =
            [
                ("GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "200"),
                ("GET / HTTP/1.1\r\n\r\n", "400"),
                ("GARBAGE\r\n\r\n", "400"),
                ($"GET /{long20000} HTTP/1.1\r\nHost: x\r\n\r\n", "414"),
                ($"GET / HTTP/1.1\r\nHost: x\r\nX: {long20000}\r\n\r\n", "431"),
                ("GET / HTTP/9.9\r\nHost: x\r\n\r\n", "505"),
                (Preface, "505"),
            ];
            string[] offers = ["", "http/1.1", "h2 http/1.1", "http/1.1 h2"];
            return [.. from offered in offers from request in requests select (offered, request.Request, request.Status)];
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Each_answer_over_TLS_has_the_header_of_every_answer(string offered, string request, string status)
    {
        var (protocol, answer) = await AnswerAsync(offered, request);

        Assert.Equal(offered.Length == 0 ? "" : "http/1.1", protocol);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Content-Type-Options: nosniff\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_speaks_nothing_but_HTTP_2_gets_no_connection() =>
        await Assert.ThrowsAnyAsync<AuthenticationException>(async () => await AnswerAsync("h2", Preface));

    private async Task<(string Protocol, string Answer)> AnswerAsync(string offered, string request)
    {
        using var hang = new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System);
        using var socket = await _served.ConnectAsync();
        await using var network = new NetworkStream(socket);
        await using var tls = new SslStream(network);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ApplicationProtocols =
                    offered.Length == 0 ? null : [.. offered.Split(' ').Select(static name => new SslApplicationProtocol(name))],
#pragma warning disable CA5359 // Nobody knows who signed it.
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
            },
            hang.Token
        );
        await tls.WriteAsync(Encoding.ASCII.GetBytes(request), hang.Token);
        var (answer, buffer) = (new StringBuilder(), new byte[4096]);
        try
        {
            int read;
            while (!$"{answer}".Contains("\r\n\r\n", StringComparison.Ordinal) && (read = await tls.ReadAsync(buffer, hang.Token)) > 0)
            {
                answer.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            // It was reset behind the answer, because not all was read that was sent.
        }

        return (tls.NegotiatedApplicationProtocol.ToString(), answer.ToString());
    }
}
