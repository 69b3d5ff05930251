using Exporter.Disk;

namespace Exporter.Configuration.Values;

/// <summary>
/// Decides what a message shows of a text that stands where the name of a file with a secret belongs. Who puts the secret itself there must
/// not find it in a log, and who mistypes a path wants to see it. No look at the text alone tells the two apart: a token in base64 has
/// slashes too.
/// </summary>
/// <remarks>
/// So the disk decides. A text is shown when such a file exists, whatever is wrong with it. It is also shown when it consists of the
/// characters of a path and its directory exists, for an absolute path any directory above it. The root and the present directory do not
/// count, because every text names something in them. A path with one of the <see cref="Endings"/> is shown without a look at the disk.
/// A path that begins with a variable, as <c>${CREDENTIALS_DIRECTORY}/api_key</c>, is shown as it is written.
/// Of any other text the message tells the length, beside line and column.
/// </remarks>
internal static class FileNameText
{
    /// <summary>The longest path that is shown.</summary>
    private const int MostShown = 255;

    private static readonly string[] Endings = [".pem", ".crt", ".cer", ".key", ".txt"];

    /// <param name="written">The text as it is written, before variables are expanded.</param>
    /// <param name="path">The same after that.</param>
    /// <param name="content">What was read there.</param>
    /// <returns>The text that may be shown; <see langword="null"/> when none may.</returns>
    public static string? Shown(string written, string path, FileContent content)
    {
        if (Variables.IsOnlyName(written))
        {
            return written;
        }

        return content.Presence switch
        {
            // A default that was not used is shown in no case.
            FilePresence.File => path,
            var presence when written == path && IsNothingButPath(path) && (IsOnDisk(path, presence) || EndsAsFilesDo(path)) => path,
            var presence when BeginsWithVariable(written) && IsOnDisk(path, presence) => written,
            _ => null,
        };
    }

    /// <summary>Describes a text of which nothing is shown.</summary>
    public static string Described(string written) => $"a file name of {written.Length} characters, which may be a secret";

    /// <summary>Describes what cannot be a file's name.</summary>
    public static string? Mistake(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return "nothing";
        }

        return text.Any(char.IsControl) ? $"a text of {text.Length} characters with control characters or line ends in it" : null;
    }

    private static bool IsNothingButPath(string text) =>
        text.Length <= MostShown && text.All(static c => char.IsLetterOrDigit(c) || c is '/' or '\\' or '.' or '_' or '-');

    private static bool BeginsWithVariable(string written) =>
        written.IndexOf('/', StringComparison.Ordinal) is > 0 and var end
        && Variables.IsOnlyName(written[..end])
        && IsNothingButPath(written[end..]);

    private static bool IsOnDisk(string text, FilePresence presence) =>
        presence switch
        {
            FilePresence.Directory => Path.GetDirectoryName(text)?.Any(char.IsLetterOrDigit) == true,
            FilePresence.Ancestor => Path.IsPathRooted(text),
            _ => false,
        };

    private static bool EndsAsFilesDo(string text) => Array.Exists(Endings, end => text.EndsWith(end, StringComparison.Ordinal));
}
