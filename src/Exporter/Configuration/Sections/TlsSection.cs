using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exporter.Configuration.Values;
using Exporter.Web.Access;
using Exporter.Web.Connections;

namespace Exporter.Configuration.Sections;

/// <summary>Reads <c>tls_server_config</c> of the web configuration.</summary>
internal static class TlsSection
{
#pragma warning disable CA5398 // The two keys exist to choose versions.
    private const SslProtocols Tls12 = SslProtocols.Tls12;
    private const SslProtocols Tls13 = SslProtocols.Tls13;
#pragma warning restore CA5398

    private static readonly ValueParser<SslProtocols> Version = ValueParsers.Choice(("TLS12", Tls12), ("TLS13", Tls13));

    private static readonly ValueParser<ClientCertificates> ClientAuthType = ValueParsers.Choice(
        (nameof(ClientCertificates.NoClientCert), ClientCertificates.NoClientCert),
        (nameof(ClientCertificates.RequestClientCert), ClientCertificates.RequestClientCert),
        ("RequireClientCert", ClientCertificates.RequireAnyClientCert),
        (nameof(ClientCertificates.RequireAnyClientCert), ClientCertificates.RequireAnyClientCert),
        (nameof(ClientCertificates.VerifyClientCertIfGiven), ClientCertificates.VerifyClientCertIfGiven),
        (nameof(ClientCertificates.RequireAndVerifyClientCert), ClientCertificates.RequireAndVerifyClientCert)
    );

    private static readonly ValueParser<TlsCipherSuite> CipherSuite = new(
        "the name of a cipher suite such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        IsCipherSuite
    );

    /// <summary>
    /// The suites that are always allowed. The format's list is about older suites only, .NET's about all: without these there would be no
    /// TLS 1.3.
    /// </summary>
    private static readonly TlsCipherSuite[] Tls13Suites =
    [
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
    ];

    public static TlsAccess Read(Section section)
    {
        var certificate = Certificate(section);
        var authorities = Certificates(section, "client_ca", Pem(section, "client_ca", isRequired: false));
        var (least, most) = (section.Get("min_version", Version, Tls12), section.Get("max_version", Version, Tls13));
        section.Require(
            least <= most,
            $"{section.PathOf("max_version")}: expected not less than min_version",
            "max_version",
            "min_version"
        );
        var asked = section.Get("client_auth_type", ClientAuthType, ClientCertificates.NoClientCert);
        var names = section.Values("client_allowed_sans", ValueParsers.Label);
        var verifies = asked is ClientCertificates.VerifyClientCertIfGiven or ClientCertificates.RequireAndVerifyClientCert;
        section.Require(
            verifies || (names.Count == 0 && authorities.Count == 0),
            $"{section.PathOf("client_auth_type")}: expected VerifyClientCertIfGiven or RequireAndVerifyClientCert, without which client "
                + "certificates are not verified",
            "client_auth_type",
            "client_ca_file",
            "client_ca",
            "client_allowed_sans"
        );
        Ignored(section);
        var tls = new TlsAccess
        {
            Certificate = certificate!,
            ClientAuthorities = authorities,
            ClientCertificates = asked,
            ClientNames = names,
            Protocols = least | most,
            CipherSuites = CipherSuites(section),
        };
        if (!section.Reading.HasProblems)
        {
            Served(section, tls);
        }

        return tls;
    }

    /// <summary>Reports rules with which no client gets a connection.</summary>
    private static void Served(Section section, TlsAccess tls)
    {
        foreach (var (version, reason) in TlsTrial.Failures(tls))
        {
            var key =
                tls.CipherSuites is not null ? "cipher_suites"
                : section.Has("cert") ? "cert"
                : "cert_file";
            var expected = tls.CipherSuites is not null
                ? $"one for {version} and the certificate's key, {KeyKind.Of(tls.Certificate.TargetCertificate).Name}"
                : $"a certificate that {version} can be served with";
            AddProblem(section, key, $"expected {expected}, found none that this system has: {MessageText.Sanitize(reason)}");
        }
    }

    /// <summary>Warns about settings that the format has but .NET leaves to OpenSSL.</summary>
    private static void Ignored(Section section)
    {
        section.Recommend(
            section.Get("prefer_server_cipher_suites", ValueParsers.Flag, fallback: true),
            $"{section.PathOf("prefer_server_cipher_suites")}: without effect, the server's order counts",
            "prefer_server_cipher_suites"
        );
        section.Recommend(
            section.Values("curve_preferences", ValueParsers.Label).Count == 0,
            $"{section.PathOf("curve_preferences")}: without effect, OpenSSL chooses the curves",
            "curve_preferences"
        );
    }

    private static CipherSuitesPolicy? CipherSuites(Section section)
    {
        var suites = section.Values("cipher_suites", CipherSuite);
        var isPossible = !OperatingSystem.IsWindows() && !OperatingSystem.IsAndroid();
        section.Require(
            isPossible || suites.Count == 0,
            $"{section.PathOf("cipher_suites")}: this system does not let a program choose them",
            "cipher_suites"
        );
        return suites.Count == 0 || OperatingSystem.IsWindows() || OperatingSystem.IsAndroid()
            ? null
            : new CipherSuitesPolicy(suites.Concat(Tls13Suites).Distinct());
    }

    private static SslStreamCertificateContext? Certificate(Section section)
    {
        var text = Pem(section, "cert", isRequired: true);
        var chain = Certificates(section, "cert", text);
        if (Pem(section, "key", isRequired: true) is not { } key || chain.Count == 0)
        {
            return null;
        }

        var kind = KeyKind.Of(chain[0]);
        if (!kind.IsSupported)
        {
            AddProblem(section, "cert", $"expected the certificate of {KeyKind.Supported}, found that of {kind.Name}");
            return null;
        }

        var mistake = PrivateKeyText.Mistake(key, kind);
        try
        {
            if (mistake is null)
            {
                // It lives as long as the context, which its connections keep alive.
                var leaf = X509Certificate2.CreateFromPem(text, key);
                return SslStreamCertificateContext.Create(leaf, [.. chain.Skip(1)], offline: true);
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or NotSupportedException)
        {
            mistake = PrivateKeyText.Stranger(key, kind, [.. chain]);
        }

        AddProblem(section, "key", $"expected {PrivateKeyText.Expected}, found {mistake}");
        return null;
    }

    /// <summary>Returns the certificates in a text; reports a problem when there are none, unless the text itself is missing.</summary>
    private static X509Certificate2Collection Certificates(Section section, string key, string? pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            certificates.Clear();
        }

        if (pem is not null && certificates.Count == 0)
        {
            AddProblem(section, key, "expected a certificate in PEM");
        }

        return certificates;
    }

    /// <summary>Returns a text that stands in the file under a key, or in another file that the key with <c>_file</c> names.</summary>
    private static string? Pem(Section section, string key, bool isRequired)
    {
        var file = $"{key}_file";
        section.TryGet(key, ValueParsers.Pem, out var text);
        var hasFile = section.TryGet(file, ValueParsers.FileName, out var name);
        section.Require(
            !section.Has(key) || !section.Has(file),
            $"{section.PathOf(file)}: expected either {key} or {file}, found both",
            file,
            key
        );
        section.Require(
            !isRequired || section.Has(key) || section.Has(file),
            $"{section.PathOf(file)}: missing, expected a file name",
            file,
            key
        );
        if (!hasFile)
        {
            return text;
        }

        var content = section.Reading.ReadFile(name!);
        if (content.StrictText(out var reason) is { } pem && (reason = PemText.Mistake(pem) ?? "") is "")
        {
            return pem;
        }

        section.AddFileProblem(file, name!, content, reason);
        return null;
    }

    private static void AddProblem(Section section, string key, string message)
    {
        var written = section.Has(key) ? key : $"{key}_file";
        section.Reading.AddProblem(section.PositionOf(written), section.PathOf(written), message);
    }

    private static bool IsCipherSuite(string text, out TlsCipherSuite suite) =>
        Enum.TryParse(text, out suite)
        && suite.ToString() == text
        && !text.Contains("_NULL_", StringComparison.Ordinal)
        && !text.Contains("_anon_", StringComparison.Ordinal)
        && !text.Contains("_EXPORT_", StringComparison.Ordinal);
}
