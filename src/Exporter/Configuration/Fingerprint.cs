using System.Security.Cryptography;

namespace Exporter.Configuration;

/// <summary>
/// What files hold, as a few letters. It is the content that counts: a mounted secret changes by a symlink to another directory, an editor
/// replaces the file, and times of files tell neither.
/// </summary>
internal static class Fingerprint
{
    public static string Of(IEnumerable<string> files) => string.Join(' ', files.Select(Of));

    private static string Of(string file)
    {
        try
        {
            using var content = File.OpenRead(file);

            // What is longer than any configuration is refused when it is read; a device that never ends is no trap.
            var buffer = new byte[ConfigurationReader.MaxLength + 1];
            var length = content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return Convert.ToHexString(SHA256.HashData(buffer.AsSpan(0, length)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "none";
        }
    }
}
