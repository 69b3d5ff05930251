using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Exporter.Configuration.Sections;

/// <summary>
/// Says what a text is that should hold the private key of a certificate. The words are our own on purpose: a library's message might show
/// a part of the key.
/// </summary>
internal static class PrivateKeyText
{
    public const string Expected = "the private key of the certificate, in PEM and not encrypted";

    /// <summary>What may stand in place of a key, by the label of its block.</summary>
    private static readonly Dictionary<string, string> Others = new(StringComparer.Ordinal)
    {
        ["ENCRYPTED PRIVATE KEY"] = Encrypted,
        ["OPENSSH PRIVATE KEY"] = "a key in the format of OpenSSH",
        ["CERTIFICATE"] = "a certificate",
        ["TRUSTED CERTIFICATE"] = "a certificate",
        ["CERTIFICATE REQUEST"] = "a certificate request",
        ["PUBLIC KEY"] = "a public key",
        ["RSA PUBLIC KEY"] = "a public key",
        ["EC PARAMETERS"] = "the parameters of a curve",
    };

    private const string Encrypted = "an encrypted key";

    /// <summary>Describes what was found in place of the key; <see langword="null"/> when it may be the key.</summary>
    /// <param name="certificate">The kind of its key.</param>
    public static string? Mistake(string text, KeyKind certificate)
    {
        var blocks = Blocks(text);
        if (blocks.Select(static block => KindOf(block.Label, block.Data)).FirstOrDefault(static kind => kind is not null) is { } kind)
        {
            return kind == certificate ? null : $"{kind.Name}, but the certificate has {certificate.Name}";
        }

        // Such a block has headers, which is no PEM any more.
        return text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal) ? Encrypted
            : blocks is [var first, ..] ? Others.GetValueOrDefault(first.Label, "something else")
            : "no block of PEM";
    }

    /// <summary>Describes a key that .NET refuses beside the certificate.</summary>
    /// <param name="text">A key without a <see cref="Mistake"/>.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="chain">The certificates of the file in their order.</param>
    public static string Stranger(string text, KeyKind kind, IReadOnlyList<X509Certificate2> chain)
    {
        try
        {
            using var key = kind == KeyKind.Rsa ? (AsymmetricAlgorithm)RSA.Create() : ECDsa.Create();
            key.ImportFromPem(text);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return "a damaged one, or more than one";
        }

        for (var i = 1; i < chain.Count; i++)
        {
            try
            {
                using var pair = X509Certificate2.CreateFromPem(chain[i].ExportCertificatePem(), text);
                return $"that of certificate {i + 1} in its file; the server's own certificate must come first there";
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                // It is not that of this one either.
            }
        }

        return "that of another certificate";
    }

    private static List<(string Label, ReadOnlyMemory<byte> Data)> Blocks(string text)
    {
        var blocks = new List<(string, ReadOnlyMemory<byte>)>();
        for (var rest = text.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            blocks.Add((rest[fields.Label].ToString(), Convert.FromBase64String(rest[fields.Base64Data].ToString())));
        }

        return blocks;
    }

    /// <returns><see langword="null"/> when the block holds no readable private key.</returns>
    private static KeyKind? KindOf(string label, ReadOnlyMemory<byte> data) =>
        label switch
        {
            "RSA PRIVATE KEY" => KeyKind.Rsa,
            "EC PRIVATE KEY" => KeyKind.Ecdsa,
            "DSA PRIVATE KEY" => KeyKind.Dsa,
            "PRIVATE KEY" => KeyKind.OfPkcs8(data),
            _ => null,
        };
}
