using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exporter.Configuration;
using Exporter.Web.Access;

namespace Exporter.Tests.Configuration;

/// <summary>Rules with which no handshake succeeds are a problem of the file, not of every client.</summary>
public sealed class ServableTlsTests
{
    private const string ForRsa = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
    private const string ForEcdsa = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
    private const string Unknown = "TLS_RSA_WITH_SEED_CBC_SHA";
    private const string Newest = "TLS_AES_128_GCM_SHA256";

    [Theory]
    [InlineData(true, ForEcdsa, "TLS12", "TLS13", "")]
    [InlineData(true, ForEcdsa, "TLS12", "TLS12", "")]
    [InlineData(true, $"{Unknown}, {ForRsa}, {ForEcdsa}", "TLS12", "TLS13", "")]
    [InlineData(true, ForRsa, "TLS12", "TLS13", "")]
    [InlineData(true, ForRsa, "TLS12", "TLS12", "TLS 1.2")]
    [InlineData(true, ForRsa, "TLS13", "TLS13", "")]
    [InlineData(false, ForRsa, "TLS12", "TLS13", "")]
    [InlineData(false, ForEcdsa, "TLS12", "TLS13", "")]
    [InlineData(false, ForEcdsa, "TLS12", "TLS12", "TLS 1.2")]
    [InlineData(false, Newest, "TLS12", "TLS13", "")]
    [InlineData(false, Newest, "TLS12", "TLS12", "TLS 1.2")]
    [InlineData(false, Newest, "TLS13", "TLS13", "")]
    [InlineData(true, Unknown, "TLS12", "TLS13", "TLS 1.2")]
    [InlineData(true, Unknown, "TLS12", "TLS12", "TLS 1.2")]
    public void Suites_with_which_no_handshake_succeeds_are_refused(bool isEcdsa, string suites, string least, string most, string failing)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        var name = new X500DistinguishedName("CN=localhost");
        var request = isEcdsa
            ? new CertificateRequest(name, ecdsa, HashAlgorithmName.SHA256)
            : new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        var reading = Read(
            Signed(request),
            isEcdsa ? ecdsa : rsa,
            $"  min_version: {least}\n  max_version: {most}\n  cipher_suites: [{suites}]\n"
        );

        if (failing.Length == 0)
        {
            Assert.Empty(reading.Problems);
            return;
        }

        Assert.Null(reading.Access);
        Assert.Contains(
            $"tls_server_config.cipher_suites: expected one for {failing} and the certificate's key, an {(isEcdsa ? "ECDSA" : "RSA")} key",
            reading.Problems[0],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_chain_that_the_system_thinks_too_weak_to_serve_is_refused()
    {
        using var root = RSA.Create(2048);
        using var weak = RSA.Create(1024);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (rootName, weakName) = (new X500DistinguishedName("CN=root"), new X500DistinguishedName("CN=weak"));
        var middle = new CertificateRequest(weakName, weak, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        middle.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true)
        );
        var leaf = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);

        var reading = Read(Signed(leaf, weakName, weak) + Signed(middle, rootName, root), key, "");

        Assert.Null(reading.Access);
        Assert.Equal(2, reading.Problems.Count);
        Assert.All(
            reading.Problems,
            problem =>
                Assert.StartsWith(
                    "web.yml:2:9: tls_server_config.cert: expected a certificate that TLS 1.",
                    problem,
                    StringComparison.Ordinal
                )
        );
    }

    private static string Signed(CertificateRequest request, X500DistinguishedName issuer, RSA key)
    {
        var (from, to) = (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        var signer = X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1);
        using var certificate = request.Create(issuer, signer, from, to, RandomNumberGenerator.GetBytes(12));
        return certificate.ExportCertificatePem() + "\n";
    }

    private static string Signed(CertificateRequest request)
    {
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return certificate.ExportCertificatePem() + "\n";
    }

    private static WebConfigResult Read(string certificates, AsymmetricAlgorithm key, string more) =>
        WebAccessReader.Read(
            "web.yml",
            $"tls_server_config:\n  cert: |\n{Indented(certificates)}  key: |\n{Indented(key.ExportPkcs8PrivateKeyPem())}{more}",
            static _ => null
        );

    private static string Indented(string pem) => string.Concat(pem.TrimEnd().Split('\n').Select(static line => $"    {line}\n"));
}
