using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using Exporter.Snapshots;

namespace Exporter.History;

/// <summary>Converts between the snapshot and its stored form. No other code of this room knows how either is built.</summary>
internal static class StoredWalkMapper
{
    /// <summary>Returns the stored form of a campaign that has had a complete walk.</summary>
    public static StoredWalk ToStored(CampaignSnapshot campaign, CampaignData data) =>
        new()
        {
            Name = campaign.Name,
            Status = campaign.Status,
            Steps = [.. campaign.StepNames.Select(step => new StoredStep(step.StepId, step.Name))],
            ReportedClicks = data.ReportedClicks,
            CountMismatch = data.CountMismatch,
            LastChange = data.LastChange?.At.ToUnixTimeMilliseconds(),
            RowsMerged = data.Links.RowsMerged,
            HadLinks = data.HadLinks,
            HadStatistics = data.HadStatistics,
            Shown = data.Links.Display,
            Links = [.. data.Links.Links.Select(link => ToStored(link, shownUntil: null))],
            Vanished = [.. data.Links.Vanished.Select(vanished => ToStored(vanished.Link, vanished.ShownUntil))],
            Statistics = [.. data.Statistics.Where(static email => !email.Values.Contains(null)).Select(ToStored)],
            PartialStatistics = [.. data.Statistics.Where(static email => email.Values.Contains(null)).Select(ToStored)],
        };

    /// <summary>
    /// Packs a walk. Ids and URLs repeat in every link, so packing reduces it to a tenth, and a full walk is written with every change.
    /// </summary>
    public static byte[] Pack(StoredWalk walk)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(zlib, walk, StoredJson.Default.StoredWalk);
        }

        return packed.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are not a result of <see cref="Pack"/>.</exception>
    public static StoredWalk Unpack(byte[] packed)
    {
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress);
            return JsonSerializer.Deserialize(zlib, StoredJson.Default.StoredWalk)
                ?? throw new InvalidDataException("a saved walk is empty");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("a saved walk is unreadable", e);
        }
    }

    /// <summary>Restores the data, as far as the configuration in force shows them.</summary>
    public static CampaignData Restore(StoredWalk walk, LinksOptions options) =>
        new()
        {
            ReportedClicks = walk.ReportedClicks,
            CountMismatch = walk.CountMismatch,
            HadLinks = walk.HadLinks || walk.Links.Count + walk.Vanished.Count > 0,
            HadStatistics = walk.HadStatistics || walk.Statistics.Count + walk.PartialStatistics.Count > 0,
            LastChange = walk.LastChange is { } change
                ? new ChangeTime(DateTimeOffset.FromUnixTimeMilliseconds(change), IsSaved: true)
                : null,
            Links = LinkTable.Restore(
                walk.Links.Select(link => Restore(link, walk.Shown, options.Url)),
                walk.Vanished.Select(link => new VanishedLink(
                    Restore(link, walk.Shown, options.Url),
                    DateTimeOffset.FromUnixTimeMilliseconds(link.ShownUntil ?? 0)
                )),
                walk.RowsMerged,
                options,
                walk.Shown
            ),
            Statistics =
            [
                .. walk
                    .Statistics.Concat(walk.PartialStatistics)
                    .Select(static email => new EmailStatistics(new EmailKey(email.First, email.Second), Statistics(email.Values)))
                    .DistinctBy(static email => email.Email)
                    .OrderBy(static email => email.Email, EmailKey.Order),
            ],
        };

    /// <summary>Returns every total of a walk by its key.</summary>
    public static Dictionary<SeriesKey, long> Totals(StoredWalk walk)
    {
        var totals = new Dictionary<SeriesKey, long>();
        foreach (var link in walk.Links)
        {
            totals[new SeriesKey(SeriesKey.LinkClicks, link.First, link.Second, link.Location)] = link.Clicks;
        }

        foreach (var email in walk.Statistics.Concat(walk.PartialStatistics))
        {
            foreach (var (word, told) in EmailStatistics.Names.Zip(email.Values))
            {
                if (told is { } value)
                {
                    totals[new SeriesKey(word, email.First, email.Second, "")] = value;
                }
            }
        }

        if (walk.ReportedClicks is { } reported)
        {
            totals[new SeriesKey(SeriesKey.ReportedClicks, "", "", "")] = reported;
        }

        return totals;
    }

    private static StoredEmail ToStored(EmailStatistics email) => new(email.Email.StepOrVariation, email.Email.Phase, email.Values);

    private static StoredLink ToStored(Link link, DateTimeOffset? shownUntil) =>
        new(
            link.Email.StepOrVariation,
            link.Email.Phase,
            link.Location,
            link.Clicks,
            link.Urls,
            link.LastIncrease?.ToUnixTimeMilliseconds(),
            shownUntil?.ToUnixTimeMilliseconds(),
            link.UrlsWithoutPage.IsEmpty ? null : link.UrlsWithoutPage
        );

    private static Link Restore(StoredLink link, UrlDisplay shown, UrlDisplay allowed)
    {
        var saved = new Link(
            new EmailKey(link.First, link.Second),
            link.Location,
            link.Clicks,
            [.. link.Urls],
            link.LastIncrease is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
            IsShown: true
        );
        return (saved with { UrlsWithoutPage = [.. link.NoPages ?? []] }).Narrowed(shown, allowed);
    }

    private static ImmutableArray<long?> Statistics(IReadOnlyList<long?> values) =>
        values.Count == EmailStatistics.Names.Length ? [.. values] : throw new InvalidDataException("an email needs twelve numbers");
}
