using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Exporter.Cli;
using Exporter.Hosting;
using Exporter.Network;
using Exporter.SendGrid;
using Exporter.Snapshots;
using Exporter.Tests.Network;
using Exporter.Tests.Web;
using Exporter.Web.Access;
using Exporter.Web.Connections;

namespace Exporter.Tests.Trust;

/// <summary>Certificates of strangers, which name a URL that never answers: no handshake goes there, in or out.</summary>
public sealed partial class TlsHandshakeTests : IDisposable
{
    private readonly StrangersUrl _url = new();
    private readonly Certificates _stranger = new("Stranger");
    private readonly Certificates _known = new("Known");

    public void Dispose()
    {
        _url.Dispose();
        _stranger.Dispose();
        _known.Dispose();
    }

    /// <summary>As compiled, so that no spelling hides one.</summary>
    [Fact]
    public void Nothing_else_begins_a_handshake_or_builds_a_chain() =>
        Assert.Equal(
            [
                "TlsHandshake calls SslClientAuthenticationOptions..ctor",
                "TlsHandshake calls SslClientAuthenticationOptions.set_CertificateChainPolicy",
                "TlsHandshake calls SslServerAuthenticationOptions..ctor",
                "TlsHandshake calls SslServerAuthenticationOptions.set_CertificateChainPolicy",
                "TlsHandshake calls X509ChainPolicy..ctor",
                "TlsListener calls ListenOptionsHttpsExtensions.UseHttps",
                // Offline: it only orders the certificates to send.
                "TlsSection calls SslStreamCertificateContext.Create",
                "TlsTrial calls SslStream.AuthenticateAsClientAsync",
                "TlsTrial calls SslStream.AuthenticateAsServerAsync",
            ],
            CompiledCode.Calls(typeof(Outgoing).Assembly, BeginsHandshake()).Order(StringComparer.Ordinal)
        );

    public static TheoryData<string, bool> Listeners =>
        [.. from asked in Enum.GetNames<ClientCertificates>() from hasAuthorities in (bool[])[true, false] select (asked, hasAuthorities)];

    [Theory]
    [MemberData(nameof(Listeners))]
    public async Task The_listener_fetches_nothing_for_a_clients_certificate(string asked, bool hasAuthorities)
    {
        var rules = Rules(Enum.Parse<ClientCertificates>(asked)) with { ClientAuthorities = hasAuthorities ? Known() : [] };

        await ShakeHandsAsync(rules, _stranger.Sign("client", pointsTo: _url.Url));

        Assert.False(_url.WasAsked);
    }

    [Fact]
    public async Task Nor_does_it_for_one_that_it_trusts_or_one_whose_chain_it_has_to_complete()
    {
        using var between = new Certificates("Between", above: _known);
        var rules = Rules(ClientCertificates.RequireAndVerifyClientCert) with { ClientAuthorities = Known() };
        var complete = rules with { ClientAuthorities = [.. Known(), Parsed(between)] };
        var client = between.Sign("client", pointsTo: _url.Url);

        Assert.NotNull(await ShakeHandsAsync(rules, _stranger.Sign("client", pointsTo: _url.Url)));
        Assert.NotNull(await ShakeHandsAsync(rules, client));
        Assert.Null(await ShakeHandsAsync(rules, client with { Certificate = client.Certificate + between.Authority }));
        Assert.Null(await ShakeHandsAsync(complete, client));
        Assert.Null(await ShakeHandsAsync(rules, _known.Sign("client", pointsTo: _url.Url)));

        Assert.False(_url.WasAsked);
    }

    [Fact]
    public async Task A_server_that_does_not_send_its_issuer_is_refused_for_that_without_asking_for_it()
    {
        await using var server = new TlsServer(_stranger.Sign("localhost", pointsTo: _url.Url));

        var (cause, words) = await FailureAsync(server);

        Assert.False(_url.WasAsked);
        Assert.Equal(FailureCause.UnknownAuthority, cause);
        Assert.EndsWith(
            "(it names \"Stranger\"), and the certificate of \"Stranger\" is missing: it was not sent, and this machine does not have it",
            words,
            StringComparison.Ordinal
        );
        Assert.Contains("The server must send its intermediate certificates", FailureAdvice.For(cause), StringComparison.Ordinal);
    }

    /// <summary>What is missing is the issuer of the last certificate that was sent.</summary>
    [Fact]
    public async Task The_issuer_that_is_missing_is_named()
    {
        using var between = new Certificates("Between", above: _stranger);
        var leaf = between.Sign("localhost");
        await using var server = new TlsServer(leaf with { Certificate = leaf.Certificate + between.Authority });

        Assert.Contains(
            "(it names \"Between\"), and the certificate of \"Stranger\" is missing",
            (await FailureAsync(server)).Words,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Nothing_is_missing_where_the_chain_has_its_end()
    {
        using var certificate = X509Certificate2.CreateFromPem(_stranger.Sign("localhost").Certificate);

        Assert.Equal("Stranger", Refusal(certificate, static _ => { }).MissingIssuer);
        Assert.Null(Refusal(certificate, policy => policy.ExtraStore.Add(Parsed(_stranger))).MissingIssuer);
    }

    [Fact]
    public async Task The_health_check_fetches_nothing_and_takes_any_certificate()
    {
        await using var server = new TlsServer(_stranger.Sign("localhost", pointsTo: _url.Url));
        using var output = new StringWriter();

        var code = await CommandLine.RunAsync(
            ["healthcheck", $"--url=https://localhost:{server.Port}"],
            new Surroundings
            {
                Environment = static _ => null,
                Output = output,
                Error = output,
            }
        );

        Assert.Equal((0, "healthy\n", false), (code, output.ToString(), _url.WasAsked));
    }

    /// <summary>The rules are made once, for all connections that follow.</summary>
    [Fact]
    public void What_has_expired_is_not_told_as_what_is_still_to_come_however_old_the_rules_are()
    {
        using var certificate = X509Certificate2.CreateFromPem(_stranger.Sign("localhost", from: -90, to: -30).Certificate);

        var refused = Refusal(
            certificate,
            policy => (policy.VerificationTime, policy.VerificationTimeIgnored) = (certificate.NotBefore.AddDays(-5), true)
        );

        Assert.Equal((certificate.NotAfter, false), refused.OutOfTime);
    }

    private static CertificateRefusedException Refusal(X509Certificate2 certificate, Action<X509ChainPolicy> more)
    {
        using var chain = new X509Chain
        {
            ChainPolicy = { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
        };
        more(chain.ChainPolicy);
        chain.Build(certificate);
        return Assert.Throws<CertificateRefusedException>(() =>
            CertificateRefusedException.Judge(
                "",
                certificate,
                chain,
                SslPolicyErrors.RemoteCertificateChainErrors,
                file: null,
                TimeProvider.System.GetUtcNow()
            )
        );
    }

    private static async Task<(FailureCause Cause, string Words)> FailureAsync(TlsServer server)
    {
        using var client = ApiHttp.Create("exporter-tests/1.0", new Outgoing { Environment = static _ => null });
        return ConnectionErrors.From(
            await Assert.ThrowsAsync<NoAnswerException>(() =>
                client.GetAsync(new Uri($"https://localhost:{server.Port}/"), TestContext.Current.CancellationToken)
            )
        );
    }

    /// <summary>Returns why the listener refuses a client; <see langword="null"/> when it does not.</summary>
    private static async Task<Exception?> ShakeHandsAsync(TlsAccess rules, (string Certificate, string Key) shown)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(shown.Certificate);
        using var leaf = X509Certificate2.CreateFromPem(shown.Certificate, shown.Key);
        var (here, there) = DuplexStream.Pair();
        await using var server = new SslStream(here);
#pragma warning disable CA5359 // It is the other side that judges.
        await using var client = new SslStream(there, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359
        var accepting = server.AuthenticateAsServerAsync(TlsListener.OptionsOf(rules), TestContext.Current.CancellationToken);
        var connecting = client.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ClientCertificateContext = SslStreamCertificateContext.Create(leaf, [.. chain.Skip(1)], offline: true),
            },
            TestContext.Current.CancellationToken
        );
        try
        {
            await accepting;
            await connecting;
            return null;
        }
        catch (AuthenticationException refusal)
        {
            await server.DisposeAsync();
            await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return refusal;
        }
    }

    private TlsAccess Rules(ClientCertificates asked)
    {
        var (certificate, key) = _known.Sign("server");
        return new()
        {
            Certificate = SslStreamCertificateContext.Create(
                X509Certificate2.CreateFromPem(certificate, key),
                additionalCertificates: null,
                offline: true
            ),
            Protocols = SslProtocols.None,
            ClientCertificates = asked,
        };
    }

    private X509Certificate2Collection Known() => [Parsed(_known)];

    private static X509Certificate2 Parsed(Certificates authority) => X509Certificate2.CreateFromPem(authority.Authority);

    [GeneratedRegex(
        @"^(Ssl(Client|Server)AuthenticationOptions|X509Chain(Policy)?|HttpsConnectionAdapterOptions)\.\.ctor$"
            + @"|\.(set_CertificateChainPolicy|set_CertificateRevocationCheckMode|(Begin)?AuthenticateAs\w+|UseHttps)$"
            + @"|^(X509Chain|SslStreamCertificateContext)\.Create$|^X509Certificate2\.Verify$",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex BeginsHandshake();
}
