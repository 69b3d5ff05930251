using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>One link: everything that the walk reported about one place in one email.</summary>
/// <param name="Email">The email; with the location it identifies the link.</param>
/// <param name="Location">The position in the email; with the email it identifies the link.</param>
/// <param name="Clicks">The sum over the rows with this identity.</param>
/// <param name="Urls">
/// The distinct URLs as shown, at most <see cref="UrlText.MaxPerPlace"/>, in ordinal order; empty when none is shown.
/// </param>
/// <param name="LastIncrease">
/// The end of the last walk that found more clicks than the walk before; <see langword="null"/> until there was one.
/// </param>
/// <param name="IsShown">Whether the link has a series of its own; otherwise its clicks are in its email's overflow.</param>
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

    /// <summary>
    /// Those of <see cref="Urls"/> that stand only for URLs with template placeholders, so that no page can be requested.
    /// </summary>
    public ImmutableArray<string> UrlsWithoutPage { get; init; } = [];

    /// <summary>Whether a former run saw the last increase, by its own clock.</summary>
    public bool IsIncreaseSaved { get; init; }

    /// <summary>Returns the link with its URLs shortened to another setting, see <see cref="UrlText.Narrow"/>.</summary>
    public Link Narrowed(UrlDisplay shown, UrlDisplay allowed)
    {
        var urls = UrlText.Narrow(Urls, shown, allowed);
        var pages = UrlText.Narrow([.. Except(Urls, UrlsWithoutPage).Where(static url => !Placeholders.ContainedIn(url))], shown, allowed);
        return this with { Urls = urls, UrlsWithoutPage = Except(urls, pages) };
    }

    /// <summary>Returns those of <paramref name="urls"/> that are not among <paramref name="others"/>.</summary>
    internal static ImmutableArray<string> Except(ImmutableArray<string> urls, IEnumerable<string> others) =>
        [.. urls.Except(others, StringComparer.Ordinal)];

    /// <summary>Returns the link as it looks after the clock was set, see <see cref="ClockReading"/>.</summary>
    public Link ShiftBy(TimeSpan by, DateTimeOffset now)
    {
        if (LastIncrease is not { } at)
        {
            return this;
        }

        if (IsIncreaseSaved)
        {
            return ClockReading.IsAhead(at, now) ? this with { LastIncrease = null, IsIncreaseSaved = false } : this;
        }

        return by == TimeSpan.Zero ? this : this with { LastIncrease = at.ShiftedBy(by) };
    }
}
