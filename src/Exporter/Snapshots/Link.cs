using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>One link: everything that the walk said of one place in one email.</summary>
/// <param name="Email">First half of the identity.</param>
/// <param name="Location">Second half of the identity.</param>
/// <param name="Clicks">The sum over the rows with this identity.</param>
/// <param name="Urls">
/// The distinct URLs as they are shown, at most <see cref="UrlText.MaxPerPlace"/>, in ordinal order; empty when none is.
/// </param>
/// <param name="LastIncrease">When a walk found more clicks than the one before; <see langword="null"/> until that has been seen.</param>
/// <param name="IsShown">Whether the link has a series of its own, or is part of its email's overflow.</param>
internal sealed record Link(
    EmailKey Email,
    string Location,
    long Clicks,
    ImmutableArray<string> Urls,
    DateTimeOffset? LastIncrease,
    bool IsShown
)
{
    public string Location { get; init; } = LabelValue.Sanitize(Location);

    /// <summary>Those of <see cref="Urls"/> that are shown only of URLs with template placeholders: there is no page to ask for.</summary>
    public ImmutableArray<string> NoPages { get; init; } = [];

    /// <summary>Whether a former run of the program saw the last increase, by its clock.</summary>
    public bool IsIncreaseSaved { get; init; }

    /// <summary>The same when other parts of URLs may be shown, see <see cref="UrlText.Narrow"/>.</summary>
    public Link Narrowed(UrlDisplay shown, UrlDisplay allowed)
    {
        var urls = UrlText.Narrow(Urls, shown, allowed);
        var pages = UrlText.Narrow([.. Except(Urls, NoPages).Where(static url => !Placeholders.ContainedIn(url))], shown, allowed);
        return this with { Urls = urls, NoPages = Except(urls, pages) };
    }

    /// <summary>Of <paramref name="urls"/> those that are not among <paramref name="others"/>.</summary>
    internal static ImmutableArray<string> Except(ImmutableArray<string> urls, IEnumerable<string> others) =>
        [.. urls.Except(others, StringComparer.Ordinal)];

    /// <summary>The same after the clock was set, see <see cref="ClockReading"/>.</summary>
    public Link ShiftBy(TimeSpan by, DateTimeOffset now) =>
        LastIncrease is not { } at ? this
        : !IsIncreaseSaved
            ? by == TimeSpan.Zero ? this
                : this with { LastIncrease = at + by }
        : ClockReading.IsAhead(at, now) ? this with { LastIncrease = null, IsIncreaseSaved = false }
        : this;
}
