using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.History;

/// <summary>A link beside its siblings.</summary>
/// <param name="Email">The email it stands in.</param>
/// <param name="Location">Its place there.</param>
/// <param name="Windows">The windows, the shortest first.</param>
/// <param name="Silence">The time since its last click, when that alone stands out.</param>
internal sealed record LinkComparison(EmailKey Email, string Location, ImmutableArray<ComparedWindow> Windows, ComparedWindow? Silence)
{
    /// <summary>
    /// The window to name it by, <see langword="null"/> when it does not stand out: the time since its last click, else the one that
    /// lacks most.
    /// </summary>
    public ComparedWindow? Worst =>
        Silence
        ?? Windows
            .Where(static window => window.StandsOut)
            .OrderByDescending(static window => window.Expected - window.Got)
            .Cast<ComparedWindow?>()
            .FirstOrDefault();
}
