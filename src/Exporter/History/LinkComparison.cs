using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.History;

/// <summary>A link compared with its siblings.</summary>
/// <param name="Location">Its position in the email.</param>
/// <param name="Windows">The windows, the shortest first.</param>
/// <param name="Silence">The time since its last click, when that alone stands out.</param>
internal sealed record LinkComparison(EmailKey Email, string Location, ImmutableArray<ComparedWindow> Windows, ComparedWindow? Silence)
{
    /// <summary>
    /// The window that shows the drop best: the time since its last click, or else the window that lacks most; <see langword="null"/> when
    /// none stands out.
    /// </summary>
    public ComparedWindow? Worst =>
        Silence
        ?? Windows
            .Where(static window => window.StandsOut)
            .OrderByDescending(static window => window.Expected - window.Got)
            .Cast<ComparedWindow?>()
            .FirstOrDefault();
}
