using Exporter.Disk;

namespace Exporter.Web.Access;

/// <summary>One reading of <c>--web.config.file</c>.</summary>
/// <param name="Access">What it says; <see langword="null"/> when there are problems.</param>
/// <param name="Files">
/// The file itself and those that it names, as they were read: when one holds something else, there is something to read again.
/// </param>
/// <param name="Problems">Each with its place in the file.</param>
/// <param name="Warnings">The same, for what is no obstacle.</param>
internal sealed record WebConfigResult(
    WebAccess? Access,
    IReadOnlyList<FileSeen> Files,
    IReadOnlyList<string> Problems,
    IReadOnlyList<string> Warnings
)
{
    /// <summary>Without a file.</summary>
    public static readonly WebConfigResult None = new(WebAccess.Open, [], [], []);
}
