using System.Net.Security;
using Exporter.Configuration;
using Exporter.Tests.Web;
using Exporter.Web.Access;

namespace Exporter.Tests.Configuration;

public sealed class WebAccessReaderTests : IDisposable
{
    private const string Hash = "$2y$10$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze";
    private const string Tls = "tls_server_config: {cert_file: server.crt, key_file: server.key";
    private readonly string _directory = Directory.CreateTempSubdirectory().FullName;
    private readonly Certificates _certificates = new();

    public WebAccessReaderTests()
    {
        var (certificate, key) = _certificates.Sign("server");
        Write("server.crt", certificate + _certificates.Authority);
        Write("server.key", key);
        Write("other.key", _certificates.Sign("other").Key);
        Write("ca.crt", _certificates.Authority);
    }

    public void Dispose()
    {
        _certificates.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(
        "tls_server_config: {}",
        "1:20: tls_server_config.cert_file: missing, expected a file name|1:20: tls_server_config.key_file: missing, expected a file name"
    )]
    [InlineData(
        "tls_server_config: {cert_file: none.crt, key_file: server.key}",
        "1:32: tls_server_config.cert_file: cannot use \"none.crt\": there is no such file"
    )]
    [InlineData(
        "tls_server_config: {cert_file: server.key, key_file: server.key}",
        "1:32: tls_server_config.cert_file: expected a certificate in PEM"
    )]
    [InlineData(
        "tls_server_config: {cert_file: server.crt, key_file: server.crt}",
        "1:54: tls_server_config.key_file: expected the private key of the certificate, in PEM and not encrypted, found a certificate"
    )]
    [InlineData(
        "tls_server_config: {cert_file: server.crt, key_file: other.key}",
        "1:54: tls_server_config.key_file: expected the private key of the certificate, in PEM and not encrypted, found that of another "
            + "certificate"
    )]
    [InlineData(Tls + ", min_version: TLS10}", "1:79: tls_server_config.min_version: expected TLS12 or TLS13, found \"TLS10\"")]
    [InlineData(
        Tls + ", min_version: TLS13, max_version: TLS12}",
        "1:99: tls_server_config.max_version: expected not less than min_version"
    )]
    [InlineData(
        Tls + ", client_auth_type: Sometimes}",
        "1:84: tls_server_config.client_auth_type: expected NoClientCert, RequestClientCert, RequireClientCert, RequireAnyClientCert, "
            + "VerifyClientCertIfGiven or RequireAndVerifyClientCert, found \"Sometimes\""
    )]
    [InlineData(
        Tls + ", client_ca_file: ca.crt}",
        "1:82: tls_server_config.client_auth_type: expected VerifyClientCertIfGiven or RequireAndVerifyClientCert, without which client "
            + "certificates are not verified"
    )]
    [InlineData(
        Tls + ", cipher_suites: [TLS_RSA_WITH_NULL_SHA]}",
        "1:82: tls_server_config.cipher_suites[0]: expected the name of a cipher suite such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "
            + "found \"TLS_RSA_WITH_NULL_SHA\""
    )]
    [InlineData(Tls + ", cert_flie: x}", "1:66: tls_server_config.cert_flie: unknown key, did you mean cert_file?")]
    [InlineData(
        "basic_auth_users: {alice: secret-word}",
        "1:27: basic_auth_users.alice: expected a bcrypt hash of cost 4 to 16, as htpasswd -nBC 10 prints it, found something else"
    )]
    [InlineData("basic_auth_users: {'a:b': x}", "1:20: basic_auth_users: expected a user name without colon and control characters")]
    [InlineData("basic_auth_users: [alice]", "1:19: basic_auth_users: expected a mapping, found a list")]
    [InlineData(
        "http_server_config: {headers: {X-Frame-Options: allow}}",
        "1:49: http_server_config.headers.X-Frame-Options: expected deny or sameorigin, found \"allow\""
    )]
    [InlineData(
        "http_server_config: {headers: {Server: me}}",
        "1:32: http_server_config.headers.Server: unknown key, expected one of Content-Security-Policy, Strict-Transport-Security, "
            + "X-Content-Type-Options, X-Frame-Options, X-XSS-Protection"
    )]
    [InlineData(
        "rate_limit: {burst: 2}",
        "1:1: rate_limit: unknown key, expected one of tls_server_config, basic_auth_users, http_server_config"
    )]
    public void A_bad_file_is_refused_with_exactly_these_words(string yaml, string problems)
    {
        var reading = Read(yaml);

        Assert.Equal(problems.Split('|'), reading.Problems.Select(problem => problem[$"{_directory}/web.yml:".Length..]));
        Assert.Null(reading.Access);
        Assert.DoesNotContain(reading.Problems, problem => problem.Contains("secret-word", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_may_say_everything_that_the_format_knows()
    {
        var reading = Read(
            $$"""
            tls_server_config:
              cert_file: server.crt
              key_file: server.key
              client_auth_type: RequireAndVerifyClientCert
              client_ca_file: ca.crt
              client_allowed_sans: [prometheus]
              min_version: TLS12
              max_version: TLS12
              cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]
              prefer_server_cipher_suites: true
            http_server_config:
              http2: false
              headers:
                X-Frame-Options: deny
                Strict-Transport-Security: max-age=31536000
            basic_auth_users:
              alice: {{Hash}}
            """
        );

        Assert.Empty(reading.Problems);
        Assert.Empty(reading.Warnings);
        var access = reading.Access!;
        Assert.Equal(Hash, access.Users["alice"]);
        Assert.Equal(["Strict-Transport-Security", "X-Frame-Options"], access.Headers.Select(header => header.Name));
        Assert.Equal(
            (ClientCertificates.RequireAndVerifyClientCert, "prometheus"),
            (access.Tls!.ClientCertificates, Assert.Single(access.Tls.ClientNames))
        );
        Assert.Single(access.Tls.ClientAuthorities);
        Assert.Equal("Tls12", access.Tls.Protocols.ToString());
        Assert.NotNull(access.Tls.CipherSuites);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Contains(TlsCipherSuite.TLS_AES_128_GCM_SHA256, access.Tls.CipherSuites.AllowedCipherSuites);
        }

        Assert.Equal(["server.crt", "server.key", "ca.crt"], reading.Files.Select(file => Path.GetFileName(file.Path)));
    }

    [Fact]
    public void What_dotnet_leaves_to_openssl_is_accepted_with_a_warning()
    {
        var reading = Read(Tls + ", curve_preferences: [X25519], prefer_server_cipher_suites: false}");

        Assert.NotNull(reading.Access);
        Assert.Equal(2, reading.Warnings.Count(warning => warning.Contains("without effect", StringComparison.Ordinal)));
    }

    [Fact]
    public void Certificates_may_stand_in_the_file_itself()
    {
        var (certificate, key) = _certificates.Sign("inline");

        var reading = Read($"tls_server_config:\n  cert: |\n{Indented(certificate)}  key: |\n{Indented(key)}");

        Assert.Empty(reading.Problems);
        Assert.Equal("CN=inline", reading.Access!.Tls!.Certificate.TargetCertificate.Subject);
    }

    [Fact]
    public void The_example_is_good()
    {
        var reading = Read(File.ReadAllText(Repository.PathTo("deploy/web-config.example.yml")));

        Assert.Empty(reading.Problems);
        Assert.Empty(reading.Warnings);
        Assert.Equal(3, reading.Access!.Headers.Count);
    }

    [Fact]
    public void An_empty_file_changes_nothing() => Assert.Equivalent(WebAccess.Open, Read("").Access);

    private static string Indented(string pem) => string.Concat(pem.TrimEnd().Split('\n').Select(line => $"    {line}\n"));

    private WebConfigResult Read(string yaml) => WebAccessReader.Read(Path.Combine(_directory, "web.yml"), yaml, static _ => null);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_directory, name), text);
}
