using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Exporter.Tests.Network;

/// <summary>A server of TLS on a free port of 127.0.0.1 that gives every request the same answer. Both test projects use it.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    /// <summary>A body in which every reader of the API finds what it looks for, and nothing in it.</summary>
    public const string Nothing = """{"scopes":["marketing.read","marketing.automation.read"],"results":[],"total_clicks":0}""";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly SslStreamCertificateContext _certificate;
    private readonly string _body;
    private readonly Task _accepting;

    /// <param name="certificate">The certificate, with those to send after it, and its key in PEM.</param>
    /// <param name="body">What it answers.</param>
    public TlsServer((string Certificate, string Key) certificate, string body = Nothing)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificate.Certificate);
        // Made offline, it does not itself fetch what it is to send.
        _certificate = SslStreamCertificateContext.Create(
            X509Certificate2.CreateFromPem(certificate.Certificate, certificate.Key),
            [.. chain.Skip(1)],
            offline: true
        );
        _body = body;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _certificate.TargetCertificate.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync();
            _ = ServeAsync(client).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = _certificate });
        using var reader = new StreamReader(tls, Encoding.ASCII);
        while (await reader.ReadLineAsync() is { Length: > 0 }) { }

        await tls.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {_body.Length}\r\nConnection: close\r\n\r\n{_body}")
        );
    }
}
