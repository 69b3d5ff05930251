using Exporter.Disk;

namespace Exporter.Network;

/// <summary>
/// The file of certificate authorities that <c>SSL_CERT_FILE</c> names. OpenSSL silently ignores a file that it cannot use.
/// </summary>
internal static class CertificateFile
{
    public const string Variable = "SSL_CERT_FILE";

    /// <returns>The problem with the file; <see langword="null"/> when it is good or none is named.</returns>
    public static string? ProblemOf(string? path)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        var content = OperatorFile.Read(path);
        return content.Trouble switch
        {
            OperatorFile.Missing => "does not exist",
            { } trouble => $"cannot be read ({trouble})",
            null => HasCertificate(content.Bytes) ? null : "contains no PEM certificate",
        };
    }

    private static bool HasCertificate(ReadOnlySpan<byte> content) =>
        content.IndexOf("-----BEGIN CERTIFICATE"u8) >= 0 || content.IndexOf("-----BEGIN TRUSTED CERTIFICATE"u8) >= 0;
}
