using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exporter.Configuration;
using Exporter.Web.Access;

namespace Exporter.Tests.Web;

public sealed class WebAccessTests
{
    private const string Hash = "$2a$10$UucWXWpfeqy2Vz0cBdBfP.5KGV8TEFP9rZxgJoZ9bQh1C2Gc0r7u2";

    private const string File = $"""
        # who may read
        http_server_config:
          headers:
            X-Frame-Options: deny
        basic_auth_users:
          alice: {Hash}
          bob: {Hash}

        """;

    /// <summary>A full disk, an editor at work, a copy that was interrupted: what is left is often good YAML, with fewer rules.</summary>
    [Fact]
    public void A_file_that_is_cut_anywhere_opens_no_door()
    {
        var whole = Read(File)!;
        Assert.Equal(["alice", "bob"], whole.Users.Keys.Order(StringComparer.Ordinal));
        Assert.Null(whole.WhyNot(whole));

        for (var length = 0; length < File.Length; length++)
        {
            if (Read(File[..length]) is { } cut && whole.WhyNot(cut) is null)
            {
                Assert.NotEmpty(cut.Users);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("# later\n")]
    [InlineData("basic_auth_users:\n")]
    [InlineData("basic_auth_users: {}\n")]
    [InlineData("http_server_config: {headers: {X-Frame-Options: deny}}\n")]
    public void A_file_without_users_is_not_taken_over_from_one_with_users(string text)
    {
        var open = Read(text);

        Assert.True(open is null || Read(File)!.WhyNot(open) is not null);
        Assert.Null(WebAccess.Open.WhyNot(Read(File)!));
    }

    /// <summary>
    /// Plays all pairs of rules about clients' certificates. A new rule is refused when it lets a client in that the old one kept out.
    /// </summary>
    [Fact]
    public void A_running_program_never_begins_to_let_clients_in_that_it_kept_out()
    {
        var all = Enum.GetValues<ClientCertificates>()
            .SelectMany(kind => new[] { Tls(kind), Tls(kind, "scraper") })
            .Where(tls => tls.ClientNames.Count == 0 || tls.ClientCertificates == ClientCertificates.RequireAndVerifyClientCert)
            .ToList();

        foreach (var (before, after) in all.SelectMany(before => all.Select(after => (before, after))))
        {
            var opens = Clients.Any(client => Admits(after, client) && !Admits(before, client));
            Assert.Equal(opens, new WebAccess { Tls = before }.WhyNot(new WebAccess { Tls = after }) is not null);
        }
    }

    private static readonly (bool HasCertificate, bool IsVerified, string Name)[] Clients =
    [
        (false, false, ""),
        (true, false, "scraper"),
        (true, true, "other"),
        (true, true, "scraper"),
    ];

    private static bool Admits(TlsAccess tls, (bool HasCertificate, bool IsVerified, string Name) client) =>
        tls.ClientCertificates switch
        {
            ClientCertificates.RequireAnyClientCert => client.HasCertificate,
            ClientCertificates.VerifyClientCertIfGiven => !client.HasCertificate || client.IsVerified,
            ClientCertificates.RequireAndVerifyClientCert => client.IsVerified
                && (tls.ClientNames.Count == 0 || tls.ClientNames.Contains(client.Name)),
            _ => true,
        };

    private static TlsAccess Tls(ClientCertificates kind, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return new TlsAccess
        {
            Certificate = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
            Protocols = SslProtocols.None,
            ClientCertificates = kind,
            ClientNames = names,
        };
    }

    private static WebAccess? Read(string text) => WebAccessReader.Read("web.yml", text, static _ => null).Access;
}
