using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using Exporter.Snapshots;

namespace Exporter.History;

/// <summary>Between the snapshot and what is stored of it: the only place of this room that knows how either is built.</summary>
internal static class StoredWalkMapper
{
    /// <summary>What is stored of a campaign that has had a complete walk.</summary>
    public static StoredWalk ToStored(CampaignSnapshot campaign, CampaignData data) =>
        new()
        {
            Name = campaign.Name,
            Status = campaign.Status,
            Steps = [.. campaign.StepNames.Select(step => new StoredStep(step.StepId, step.Name))],
            ReportedClicks = data.ReportedClicks,
            CountMismatch = data.CountMismatch,
            LastChange = data.LastChange?.ToUnixTimeMilliseconds(),
            RowsMerged = data.Links.RowsMerged,
            Shown = data.Links.Display,
            Links = [.. data.Links.Links.Select(link => ToStored(link, shownUntil: null))],
            Vanished = [.. data.Links.Vanished.Select(vanished => ToStored(vanished.Link, vanished.ShownUntil))],
            Statistics = [.. data.Statistics.Where(static email => !email.Values.Contains(null)).Select(ToStored)],
            PartialStatistics = [.. data.Statistics.Where(static email => email.Values.Contains(null)).Select(ToStored)],
        };

    /// <summary>Ids and URLs repeat in every link: packed, a walk is a tenth, and a full one is written with every change.</summary>
    public static byte[] Pack(StoredWalk walk)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(zlib, walk, StoredJson.Default.StoredWalk);
        }

        return packed.ToArray();
    }

    /// <exception cref="InvalidDataException">It is not what <see cref="Pack"/> made.</exception>
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

    /// <summary>The data as they were, as far as the configuration in force shows them.</summary>
    public static CampaignData Restore(StoredWalk walk, LinksOptions options) =>
        new()
        {
            ReportedClicks = walk.ReportedClicks,
            CountMismatch = walk.CountMismatch,
            LastChange = walk.LastChange is { } change ? DateTimeOffset.FromUnixTimeMilliseconds(change) : null,
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

    /// <summary>Every total of a walk, by what it counts.</summary>
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
            link.NoPages.IsEmpty ? null : link.NoPages
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
        return (saved with { NoPages = [.. link.NoPages ?? []] }).Narrowed(shown, allowed);
    }

    private static ImmutableArray<long?> Statistics(IReadOnlyList<long?> values) =>
        values.Count == EmailStatistics.Names.Length ? [.. values] : throw new InvalidDataException("an email has not twelve numbers");
}
