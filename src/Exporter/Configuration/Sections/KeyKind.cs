using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Exporter.Configuration.Sections;

/// <summary>The kind of a key, and whether TLS can be served with it.</summary>
/// <param name="Name">Its name in messages, after "an" or "a".</param>
/// <param name="IsSupported">Whether .NET and OpenSSL serve TLS with it.</param>
internal readonly record struct KeyKind(string Name, bool IsSupported)
{
    public const string Supported = "an RSA key of 2048 bits or more, or an ECDSA key on P-256, P-384 or P-521";

    /// <summary>OpenSSL refuses shorter ones at each handshake.</summary>
    private const int LeastBits = 2048;

    private static readonly Dictionary<string, KeyKind> ByOid = new(StringComparer.Ordinal)
    {
        ["1.2.840.113549.1.1.1"] = Rsa,
        ["1.2.840.10045.2.1"] = Ecdsa,
        ["1.2.840.113549.1.1.10"] = new("an RSA-PSS key", IsSupported: false),
        ["1.2.840.10040.4.1"] = Dsa,
        ["1.3.101.110"] = new("an X25519 key", IsSupported: false),
        ["1.3.101.111"] = new("an X448 key", IsSupported: false),
        ["1.3.101.112"] = new("an Ed25519 key", IsSupported: false),
        ["1.3.101.113"] = new("an Ed448 key", IsSupported: false),
        ["2.16.840.1.101.3.4.3.17"] = new("an ML-DSA-44 key", IsSupported: false),
        ["2.16.840.1.101.3.4.3.18"] = new("an ML-DSA-65 key", IsSupported: false),
        ["2.16.840.1.101.3.4.3.19"] = new("an ML-DSA-87 key", IsSupported: false),
    };

    /// <summary>The curves that OpenSSL has, with those for which TLS has a name of its signature.</summary>
    private static readonly Dictionary<string, (string Name, bool IsSupported)> Curves = new(StringComparer.Ordinal)
    {
        ["1.2.840.10045.3.1.7"] = ("P-256", true),
        ["1.3.132.0.34"] = ("P-384", true),
        ["1.3.132.0.35"] = ("P-521", true),
        ["1.2.840.10045.3.1.1"] = ("P-192", false),
        ["1.3.132.0.33"] = ("P-224", false),
        ["1.3.132.0.10"] = ("secp256k1", false),
        ["1.3.36.3.3.2.8.1.1.7"] = ("brainpoolP256r1", false),
        ["1.3.36.3.3.2.8.1.1.11"] = ("brainpoolP384r1", false),
        ["1.3.36.3.3.2.8.1.1.13"] = ("brainpoolP512r1", false),
    };

    public static KeyKind Rsa => new("an RSA key", IsSupported: true);

    public static KeyKind Ecdsa => new("an ECDSA key", IsSupported: true);

    public static KeyKind Dsa => new("a DSA key", IsSupported: false);

    /// <summary>Returns the kind of a certificate's key, with its size or its curve where that decides.</summary>
    public static KeyKind Of(X509Certificate2 certificate)
    {
        var kind = OfAlgorithm(certificate.PublicKey.Oid.Value);
        try
        {
            return kind == Rsa ? OfSize(certificate)
                : kind == Ecdsa ? OfCurve(certificate)
                : kind;
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            return new KeyKind("a key that cannot be read", IsSupported: false);
        }
    }

    /// <summary>Returns the kind of a private key in PKCS #8; <see langword="null"/> when that cannot be read.</summary>
    public static KeyKind? OfPkcs8(ReadOnlyMemory<byte> der)
    {
        try
        {
            var key = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
            _ = key.ReadInteger();
            return OfAlgorithm(key.ReadSequence().ReadObjectIdentifier());
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static KeyKind OfAlgorithm(string? oid) =>
        ByOid.TryGetValue(oid ?? "", out var known) ? known : new KeyKind($"a key of the algorithm {oid}", IsSupported: false);

    private static KeyKind OfSize(X509Certificate2 certificate)
    {
        using var key = certificate.GetRSAPublicKey()!;
        return key.KeySize >= LeastBits ? Rsa : new KeyKind($"an RSA key of {key.KeySize} bits", IsSupported: false);
    }

    private static KeyKind OfCurve(X509Certificate2 certificate)
    {
        var parameters = new AsnReader(certificate.PublicKey.EncodedParameters?.RawData ?? [], AsnEncodingRules.DER);
        if (!parameters.HasData || parameters.PeekTag() != Asn1Tag.ObjectIdentifier)
        {
            return new KeyKind("an ECDSA key on a curve without a name", IsSupported: false);
        }

        var oid = parameters.ReadObjectIdentifier();
        var (name, isSupported) = Curves.GetValueOrDefault(oid, (oid, false));
        return isSupported ? Ecdsa : new KeyKind($"an ECDSA key on {name}", IsSupported: false);
    }
}
