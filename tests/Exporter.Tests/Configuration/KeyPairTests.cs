using System.Formats.Asn1;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exporter.Configuration;
using Exporter.Configuration.Sections;
using Exporter.Web.Connections;

namespace Exporter.Tests.Configuration;

/// <summary>Each kind of certificate with each kind of key: what is accepted serves TLS, and what is not is called by its name.</summary>
public sealed class KeyPairTests
{
    private const string Rsa = "an RSA key";
    private const string Ecdsa = "an ECDSA key";

    private static readonly Kind[] Kinds =
    [
        OfRsa(Rsa, 2048),
        OfRsa("an RSA key of 1024 bits", 1024),
        OfCurve(Ecdsa, ECCurve.NamedCurves.nistP256),
        OfCurve(Ecdsa, ECCurve.NamedCurves.nistP384),
        OfCurve(Ecdsa, ECCurve.NamedCurves.nistP521),
        OfCurve("an ECDSA key on P-224", ECCurve.CreateFromFriendlyName("nistP224")),
        OfCurve("an ECDSA key on secp256k1", ECCurve.CreateFromValue("1.3.132.0.10")),
        OfCurve("an ECDSA key on brainpoolP256r1", ECCurve.NamedCurves.brainpoolP256r1),
        OfBytes("an Ed25519 key", "1.3.101.112", 32),
        OfBytes("an Ed448 key", "1.3.101.113", 57),
        OfBytes("an X25519 key", "1.3.101.110", 32),
        OfBytes("an RSA-PSS key", "1.2.840.113549.1.1.10", 270),
        OfBytes("a DSA key", "1.2.840.10040.4.1", 270),
        OfBytes("an ML-DSA-65 key", "2.16.840.1.101.3.4.3.18", 1952),
        OfBytes("a key of the algorithm 1.2.3.4", "1.2.3.4", 9),
    ];

    /// <summary>What may stand in the file of the key instead, and what it is called.</summary>
    private static readonly (string Found, string Text)[] Others =
    [
        ("an encrypted key", Encrypted()),
        ("an encrypted key", Block("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA")),
        ("a key in the format of OpenSSH", Block("OPENSSH PRIVATE KEY", "AAAA")),
        ("a public key", Block("PUBLIC KEY", "AAAA")),
        ("a certificate", Kinds[0].Certificate),
        ("a certificate request", Block("CERTIFICATE REQUEST", "AAAA")),
        ("the parameters of a curve", Block("EC PARAMETERS", "AAAA")),
        ("something else", Block("SECRET WORD", "AAAA")),
        ("something else", Block("PRIVATE KEY", "AAAA")),
        ("no block of PEM", "-----BEGIN PRIVATE KEY-----\nAAAA\n"),
    ];

    public static TheoryData<int> All => [.. Enumerable.Range(0, Kinds.Length)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_pair_that_is_accepted_serves_TLS_and_any_other_is_called_by_its_name(int index)
    {
        var kind = Kinds[index];
        foreach (var key in kind.Keys)
        {
            await HoldsAsync(
                kind,
                key,
                kind.IsSupported ? null : $"cert: expected the certificate of {KeyKind.Supported}, found that of {kind.Name}"
            );
        }

        foreach (var other in Kinds.Where(other => other != kind && kind.IsSupported))
        {
            var found = other.Name.StartsWith(kind.Name, StringComparison.Ordinal)
                ? "that of another certificate"
                : $"{other.Algorithm}, but the certificate has {kind.Name}";
            await HoldsAsync(kind, other.Keys[0], $"key: expected {PrivateKeyText.Expected}, found {found}");
        }

        foreach (var (found, text) in Others.Where(_ => kind.IsSupported))
        {
            await HoldsAsync(kind, text, $"key: expected {PrivateKeyText.Expected}, found {found}");
        }
    }

    [Fact]
    public void A_chain_in_the_wrong_order_is_called_that()
    {
        var (server, authority) = (Kinds[2], Kinds[3]);

        Assert.EndsWith(
            "found that of certificate 2 in its file; the server's own certificate must come first there",
            Assert.Single(Read(authority.Certificate + server.Certificate, server.Keys[0]).Problems),
            StringComparison.Ordinal
        );
    }

    /// <param name="problem">The expected one; <see langword="null"/> when there should be none.</param>
    private static async Task HoldsAsync(Kind kind, string key, string? problem)
    {
        var read = Read(kind.Certificate, key);
        if (problem is not null)
        {
            Assert.EndsWith($"tls_server_config.{problem}", Assert.Single(read.Problems), StringComparison.Ordinal);
            return;
        }

        Assert.Empty(read.Problems);
        await ShakeHandsAsync(read.Access!.Tls!.Certificate);
    }

    private static async Task ShakeHandsAsync(SslStreamCertificateContext certificate)
    {
        var (here, there) = DuplexStream.Pair();
        await using var server = new SslStream(here);
        await using var client = new SslStream(there);
        await Task.WhenAll(
            server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = certificate }),
            client.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "localhost",
                    RemoteCertificateValidationCallback = static (_, shown, _, _) => shown is not null,
                }
            )
        );
    }

    private static Exporter.Web.Access.WebConfigResult Read(string certificate, string key) =>
        WebAccessReader.Read(
            "web.yml",
            $"tls_server_config:\n  cert: |\n{Indented(certificate)}  key: |\n{Indented(key)}",
            static _ => null
        );

    private static string Indented(string pem) => string.Concat(pem.TrimEnd().Split('\n').Select(static line => $"    {line}\n"));

    private static string Block(string label, string text) => $"-----BEGIN {label}-----\n{text}\n-----END {label}-----\n";

    private static string Encrypted()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1));
    }

    private static Kind OfRsa(string name, int bits)
    {
        using var key = RSA.Create(bits);
        return new(name, Rsa, Certificate(new PublicKey(key)), [key.ExportPkcs8PrivateKeyPem(), key.ExportRSAPrivateKeyPem()]);
    }

    private static Kind OfCurve(string name, ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        return new(
            name,
            Ecdsa,
            Certificate(new PublicKey(key)),
            [key.ExportPkcs8PrivateKeyPem(), key.ExportECPrivateKeyPem(), Block("EC PARAMETERS", "AAAA") + key.ExportECPrivateKeyPem()]
        );
    }

    /// <summary>A kind that .NET cannot make: its numbers are none, but its names are right.</summary>
    private static Kind OfBytes(string name, string oid, int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        var key = new AsnWriter(AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            key.WriteInteger(0);
            using (key.PushSequence())
            {
                key.WriteObjectIdentifier(oid);
            }

            key.WriteOctetString(bytes);
        }

        return new(
            name,
            name,
            Certificate(new PublicKey(new Oid(oid), new AsnEncodedData([5, 0]), new AsnEncodedData(bytes))),
            [PemEncoding.WriteString("PRIVATE KEY", key.Encode())]
        );
    }

    /// <summary>Signed by somebody, which is not looked at.</summary>
    private static string Certificate(PublicKey key)
    {
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedName("CN=localhost");
        using var certificate = new CertificateRequest(name, key, HashAlgorithmName.SHA256).Create(
            name,
            X509SignatureGenerator.CreateForECDsa(signer),
            new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero),
            RandomNumberGenerator.GetBytes(12)
        );
        return certificate.ExportCertificatePem() + "\n";
    }

    /// <param name="Name">As the certificate is called.</param>
    /// <param name="Algorithm">As the key alone is called.</param>
    /// <param name="Keys">The key in each form that it has.</param>
    private sealed record Kind(string Name, string Algorithm, string Certificate, string[] Keys)
    {
        public bool IsSupported => Name is Rsa or Ecdsa;
    }
}
