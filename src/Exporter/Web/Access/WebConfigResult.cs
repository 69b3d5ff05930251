using Exporter.Disk;

namespace Exporter.Web.Access;

/// <summary>The result of reading <c>--web.config.file</c>.</summary>
/// <param name="Access">The rules; <see langword="null"/> when there are problems.</param>
/// <param name="Files">
/// The file itself and the files that it names, as they were read: when the content of one changes, all are read again.
/// </param>
/// <param name="Problems">Each with its place in the file.</param>
/// <param name="Warnings">The same, for findings that do not prevent the use of the file.</param>
internal sealed record WebConfigResult(
    WebAccess? Access,
    IReadOnlyList<FileSeen> Files,
    IReadOnlyList<string> Problems,
    IReadOnlyList<string> Warnings
)
{
    /// <summary>The result when there is no file.</summary>
    public static readonly WebConfigResult None = new(WebAccess.Open, [], [], []);
}
