using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Exporter.Network;
using Exporter.SendGrid;
using Exporter.Snapshots;
using Exporter.Tests.Network;
using Exporter.Tests.Web;

namespace Exporter.Tests.SendGrid;

/// <summary>Every way in which a connection fails, made happen, and what is said of it.</summary>
public sealed class ConnectionErrorsTests : IDisposable
{
    private const string Secret = "hunter2";

    private readonly Certificates _authority = new("Firewall authority");

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(SocketError.ConnectionRefused, nameof(FailureCause.ConnectionRefused), "connection refused")]
    [InlineData(SocketError.ConnectionReset, nameof(FailureCause.ConnectionReset), "connection reset")]
    [InlineData(SocketError.HostNotFound, nameof(FailureCause.NameNotFound), "does not exist")]
    [InlineData(SocketError.TryAgain, nameof(FailureCause.NameNotFound), "no name server answers")]
    [InlineData(SocketError.NoRecovery, nameof(FailureCause.NameNotFound), "name server fails")]
    [InlineData(SocketError.TimedOut, nameof(FailureCause.Unreachable), "no answer to a connection within 8 s")]
    [InlineData(SocketError.NetworkUnreachable, nameof(FailureCause.Unreachable), "no route to the network")]
    [InlineData(SocketError.HostUnreachable, nameof(FailureCause.Unreachable), "no route to the host")]
    [InlineData(SocketError.AccessDenied, nameof(FailureCause.Unreachable), "firewall")]
    [InlineData(SocketError.TooManyOpenSockets, nameof(FailureCause.Unreachable), "files open")]
    public async Task A_connection_that_is_not_made_is_told_by_its_reason_and_whose_it_is(SocketError error, string cause, string says)
    {
        var (direct, ofProxy) = (await NotConnectedAsync(error, isProxied: false), await NotConnectedAsync(error, isProxied: true));

        Assert.Equal(cause, direct.Cause.ToString());
        Assert.StartsWith("base_url: ", direct.Words, StringComparison.Ordinal);
        Assert.Contains(says, direct.Words, StringComparison.Ordinal);
        Assert.Equal(FailureCause.ProxyUnreachable, ofProxy.Cause);
        Assert.StartsWith("the proxy proxy.example:3128 cannot be reached: ", ofProxy.Words, StringComparison.Ordinal);
        Assert.Contains(says, ofProxy.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_failure_of_a_socket_is_without_words_or_shows_a_host_or_a_secret()
    {
        foreach (var error in Enum.GetValues<SocketError>().Where(static error => error != SocketError.Success))
        {
            foreach (var isProxied in (bool[])[false, true])
            {
                var (cause, words) = await NotConnectedAsync(error, isProxied);
                Assert.Equal(isProxied, cause == FailureCause.ProxyUnreachable);
                Assert.DoesNotContain("api.example", words, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(
        "407 Proxy Authentication Required",
        nameof(FailureCause.ProxyWantsCredentials),
        "407: the proxy {0} requires a user name and password"
    )]
    [InlineData("403 Forbidden", nameof(FailureCause.ProxyRefuses), "403: the proxy {0} refuses")]
    [InlineData("502 Bad Gateway", nameof(FailureCause.ProxyRefuses), "502: the proxy {0} refuses")]
    [InlineData("", nameof(FailureCause.ConnectionReset), "(through the proxy {0})")]
    public async Task A_proxy_that_does_not_connect_is_told_as_the_proxy(string refusal, string cause, string says)
    {
        await using var proxy = new RecordingProxy(static _ => null, refusal);

        var (found, words) = await FailureAsync(
            new Uri("https://api.example/"),
            new Outgoing { Proxy = new WebProxy($"http://user:{Secret}@{proxy.Authority}") }
        );

        Assert.Equal(cause, found.ToString());
        Assert.Contains(says.Replace("{0}", proxy.Authority, StringComparison.Ordinal), words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_told_with_who_has_signed_it()
    {
        await using var server = new TlsServer(_authority.Sign("localhost"));

        var (cause, words) = await FailureAsync(new Uri($"https://127.0.0.1:{server.Port}/"));

        Assert.Equal(FailureCause.UnknownAuthority, cause);
        Assert.Contains("\"Firewall authority\"", words, StringComparison.Ordinal);
        Assert.DoesNotContain("other host names", words, StringComparison.Ordinal);
        Assert.DoesNotContain("expired", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_certificate_is_told()
    {
        await using var late = new TlsServer(_authority.Sign("late", from: -90, to: -30, isLocal: false));
        await using var early = new TlsServer(_authority.Sign("early", from: 10, to: 20));

        var (_, ofLate) = await FailureAsync(new Uri($"https://127.0.0.1:{late.Port}/"));
        var (_, ofEarly) = await FailureAsync(new Uri($"https://127.0.0.1:{early.Port}/"));

        Assert.Matches(@"it expired on \d{4}-\d\d-\d\d \d\d:\d\d UTC; it is for other host names$", ofLate);
        Assert.Matches(@"it is not valid before \d{4}-\d\d-\d\d \d\d:\d\d UTC \(is this machine's clock right\?\)$", ofEarly);
    }

    [Theory]
    [InlineData("nowhere.pem", "does not exist")]
    [InlineData("garbage.pem", "contains no PEM certificate")]
    [InlineData("", "cannot be read")]
    public async Task A_file_of_authorities_that_is_of_no_use_is_told(string name, string says)
    {
        var directory = Directory.CreateTempSubdirectory();
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "garbage.pem"), "garbage", TestContext.Current.CancellationToken);
        var file = Path.Combine(directory.FullName, name);
        await using var server = new TlsServer(_authority.Sign("localhost"));

        var (cause, words) = await FailureAsync(
            new Uri($"https://127.0.0.1:{server.Port}/"),
            new Outgoing { Environment = variable => variable is "SSL_CERT_FILE" ? file : null }
        );

        Assert.Equal(FailureCause.CertificateFileMissing, cause);
        Assert.Contains($"SSL_CERT_FILE {says}", words, StringComparison.Ordinal);
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task What_the_platform_refuses_is_refused_whatever_else_is_good()
    {
        foreach (var errors in Enumerable.Range(1, 7).Select(static errors => (SslPolicyErrors)errors))
        {
            Assert.Throws<CertificateRefusedException>(() =>
                CertificateRefusedException.Judge(this, certificate: null, chain: null, errors, file: null, DateTimeOffset.UnixEpoch)
            );
        }

        Assert.True(
            CertificateRefusedException.Judge(
                this,
                certificate: null,
                chain: null,
                SslPolicyErrors.None,
                file: null,
                DateTimeOffset.UnixEpoch
            )
        );
        await using var server = new TlsServer(_authority.Sign("localhost"));
        var handler = new Outgoing().Handler();
        using var client = Outgoing.Client(handler, Timeout.InfiniteTimeSpan);
        await Assert.ThrowsAsync<HttpRequestException>(() =>
            client.GetAsync(new Uri($"https://localhost:{server.Port}/"), TestContext.Current.CancellationToken)
        );
    }

    [Theory]
    [InlineData("", "no TLS connection")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak TLS")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "does not speak TLS")]
    public async Task What_is_no_TLS_is_told_so(string answer, string says)
    {
        var (cause, words) = await FailureAsync(
            new Uri("https://api.example/"),
            new Outgoing { Proxy = new WebProxy(), Connect = (_, _) => ValueTask.FromResult<Stream>(new GreetingStream(answer)) }
        );

        Assert.Equal(FailureCause.TlsTrouble, cause);
        Assert.Contains(says, words, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_rare_is_told_too()
    {
        var silence = new TaskCanceledException("x.example:443", new TimeoutException());
        (Exception Exception, FailureCause Cause, string Says)[] table =
        [
            (new NoAnswerException(proxy: null, silence), FailureCause.Unreachable, "to the handshake of TLS"),
            (new NoAnswerException("proxy.example:3128", silence), FailureCause.ProxyUnreachable, "proxy.example:3128 did not connect"),
            (Lost(HttpRequestError.SecureConnectionError, new AuthenticationException()), FailureCause.TlsTrouble, "TLS"),
            (
                Lost(
                    HttpRequestError.SecureConnectionError,
                    new IOException("x.example", new SocketException((int)SocketError.ConnectionReset))
                ),
                FailureCause.TlsTrouble,
                "reset during the handshake"
            ),
            (Lost(HttpRequestError.ResponseEnded), FailureCause.ConnectionReset, "ended in the middle of the answer"),
            (
                Lost(HttpRequestError.Unknown, new IOException("x.example", new SocketException((int)SocketError.ConnectionReset))),
                FailureCause.ConnectionReset,
                "the connection was reset"
            ),
            (Lost(HttpRequestError.ProxyTunnelError), FailureCause.ProxyRefuses, "refuses"),
            (
                new HttpIOException(HttpRequestError.ResponseEnded, "x.example:443"),
                FailureCause.ConnectionReset,
                "ended in the middle of the answer"
            ),
            (
                new IOException("x.example:443", new SocketException((int)SocketError.ConnectionReset)),
                FailureCause.ConnectionReset,
                "the connection was reset"
            ),
            (new IOException("x.example:443"), FailureCause.ConnectionReset, "the connection broke"),
        ];

        Assert.All(
            table,
            static row =>
            {
                var (cause, words) = ConnectionErrors.From(row.Exception);
                Assert.Equal(row.Cause, cause);
                Assert.Contains(row.Says, words, StringComparison.Ordinal);
                Assert.DoesNotContain("x.example", words, StringComparison.Ordinal);
            }
        );

        static NoAnswerException Lost(HttpRequestError error, Exception? inner = null) =>
            new(proxy: null, new HttpRequestException(error, "x.example:443", inner));
    }

    [Fact]
    public void Silence_is_told_from_an_answer_that_says_no()
    {
        Assert.True(ConnectionErrors.IsSilence(new HttpRequestException("", new SocketException((int)SocketError.TimedOut))));
        Assert.True(ConnectionErrors.IsSilence(new NoAnswerException(proxy: null, new TaskCanceledException("", new TimeoutException()))));
        Assert.False(ConnectionErrors.IsSilence(new HttpRequestException("", new SocketException((int)SocketError.ConnectionRefused))));
    }

    private static Task<(FailureCause Cause, string Words)> NotConnectedAsync(SocketError error, bool isProxied) =>
        FailureAsync(
            new Uri("https://api.example/"),
            new Outgoing
            {
                Connect = (_, _) => throw new SocketException((int)error),
                Proxy = isProxied ? new WebProxy($"http://user:{Secret}@proxy.example:3128") : new WebProxy(),
            }
        );

    /// <summary>What is said of a request that fails.</summary>
    private static async Task<(FailureCause Cause, string Words)> FailureAsync(Uri uri, Outgoing? outgoing = null)
    {
        using var client = ApiHttp.Create("exporter-tests/1.0", outgoing ?? new Outgoing());
        var exception = await Assert.ThrowsAnyAsync<HttpRequestException>(() =>
            client.GetAsync(uri, TestContext.Current.CancellationToken)
        );
        var failure = ConnectionErrors.From(exception);
        Assert.DoesNotContain(Secret, failure.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, exception.ToString(), StringComparison.Ordinal);
        return failure;
    }

    /// <summary>The other side says one thing, whatever it is told, and then no more.</summary>
    private sealed class GreetingStream(string greeting) : MemoryStream(System.Text.Encoding.ASCII.GetBytes(greeting))
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.CompletedTask;

        public override void Write(ReadOnlySpan<byte> buffer) { }
    }
}
