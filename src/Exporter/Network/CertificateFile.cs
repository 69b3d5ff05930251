namespace Exporter.Network;

/// <summary>The file of certificate authorities that <c>SSL_CERT_FILE</c> names. OpenSSL passes over one that is of no use without a word.</summary>
internal static class CertificateFile
{
    public const string Variable = "SSL_CERT_FILE";

    private const int MostCharacters = 4 * 1024 * 1024;

    /// <returns>What is wrong with it; <see langword="null"/> when it is good or none is named.</returns>
    public static string? ProblemOf(string? path)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        try
        {
            // As much as any bundle has; a device may have no end.
            using var reader = new StreamReader(path);
            var text = new char[MostCharacters];
            var length = reader.ReadBlock(text);
            return text.AsSpan(0, length).Contains("-----BEGIN CERTIFICATE", StringComparison.Ordinal)
                || text.AsSpan(0, length).Contains("-----BEGIN TRUSTED CERTIFICATE", StringComparison.Ordinal)
                ? null
                : "holds no certificate in PEM";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e is FileNotFoundException or DirectoryNotFoundException ? "does not exist" : "cannot be read";
        }
    }
}
