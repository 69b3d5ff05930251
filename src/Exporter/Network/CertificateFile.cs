namespace Exporter.Network;

/// <summary>The file of certificate authorities that <c>SSL_CERT_FILE</c> names. OpenSSL passes over one that is of no use without a word.</summary>
internal static class CertificateFile
{
    public const string Variable = "SSL_CERT_FILE";

    /// <returns>What is wrong with it; <see langword="null"/> when it is good or none is named.</returns>
    public static string? ProblemOf(string? path)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        try
        {
            return File.ReadAllText(path).Contains("-----BEGIN ", StringComparison.Ordinal) ? null : "holds no certificate in PEM";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e is FileNotFoundException or DirectoryNotFoundException ? "does not exist" : "cannot be read";
        }
    }
}
