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
            Steps = [.. campaign.ToldSteps.Select(step => new StoredStep(step.StepId, step.Name))],
            ReportedClicks = data.ReportedClicks,
            CountMismatch = data.CountMismatch,
            LastChange = ToStored(data.LastChange?.At),
            SentAt = ToStored(campaign.SentAt),
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

    /// <summary>Returns the walk; <see langword="null"/> when the bytes are not a result of <see cref="Pack"/>.</summary>
    public static StoredWalk? TryUnpack(byte[] packed)
    {
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress);
            return JsonSerializer.Deserialize(zlib, StoredJson.Default.StoredWalk) is { } walk && IsWhole(walk) ? walk : null;
        }
        catch (Exception e) when (e is JsonException or IOException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether every member has a value, and every value is one that <see cref="ToStored(CampaignSnapshot, CampaignData)"/> writes. JSON
    /// itself gives no guarantee: a member may be absent, or null, or null inside of a list.
    /// </summary>
    private static bool IsWhole(StoredWalk walk) =>
        walk
            is { Steps: not null, Links: not null, Vanished: not null, Statistics: not null, PartialStatistics: not null, RowsMerged: >= 0 }
        && IsTotal(walk.ReportedClicks)
        && IsTime(walk.LastChange)
        && IsTime(walk.SentAt)
        && Enum.IsDefined(walk.Shown)
        && walk.Steps.All(static step => step is { Id: not null, Name: not null })
        && walk.Links.Concat(walk.Vanished).All(IsWhole)
        && walk.Statistics.Concat(walk.PartialStatistics).All(IsWhole);

    private static bool IsWhole(StoredLink? link) =>
        link is { First: not null, Second: not null, Location: not null, Clicks: >= 0, Urls: not null }
        && IsTime(link.LastIncrease)
        && IsTime(link.ShownUntil)
        && link.Urls.Concat(link.NoPages ?? []).All(static url => url is not null);

    private static bool IsWhole(StoredEmail? email) =>
        email is { First: not null, Second: not null, Values: not null }
        && email.Values.Count == EmailStatistics.Names.Length
        && email.Values.All(IsTotal);

    private static bool IsTotal(long? total) => total is null or >= 0;

    private static bool IsTime(long? time) => time is null || StoredMoment.IsTime(time.Value);

    /// <summary>The links as they were saved: what is shown of them, whoever takes them over decides.</summary>
    private static readonly LinksOptions Everything = new() { Url = UrlDisplay.Full, MaxPerCampaign = int.MaxValue };

    /// <summary>Returns a campaign as it is when it was saved and read again. It has had a complete walk.</summary>
    public static CampaignSnapshot AsSaved(CampaignSnapshot campaign) =>
        Restore(campaign.Kind, campaign.Id, campaign.Health.AsSaved(), ToStored(campaign, campaign.Data!)) with
        {
            IsDelisted = campaign.IsDelisted,
        };

    /// <summary>Restores a campaign as it was saved, see <see cref="SavedAccount"/>.</summary>
    public static CampaignSnapshot Restore(CampaignKind kind, string id, PollHealth health, StoredWalk walk) =>
        new()
        {
            Kind = kind,
            Id = id,
            Label = id,
            Name = walk.Name,
            Status = walk.Status,
            StepNames = [.. walk.Steps.Select(static step => (step.Id, step.Name))],
            ToldSteps = [.. walk.Steps.Select(static step => (step.Id, step.Name))],
            SentAt = walk.SentAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
            Health = health,
            Data = Restore(walk),
        };

    /// <summary>Restores the data as they were saved, see <see cref="SavedAccount"/>.</summary>
    public static CampaignData Restore(StoredWalk walk) =>
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
                walk.Links.Select(Restore),
                walk.Vanished.Select(static link => new VanishedLink(
                    Restore(link),
                    DateTimeOffset.FromUnixTimeMilliseconds(link.ShownUntil ?? 0)
                )),
                walk.RowsMerged,
                Everything,
                walk.Shown
            ),
            Statistics =
            [
                .. walk
                    .Statistics.Concat(walk.PartialStatistics)
                    .Select(static email => new EmailStatistics(new EmailKey(email.First, email.Second), [.. email.Values]))
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

    /// <summary>A send time is the API's: it may be one that no reader takes for a time.</summary>
    private static long? ToStored(DateTimeOffset? moment) =>
        moment?.ToUnixTimeMilliseconds() is { } time && StoredMoment.IsTime(time) ? time : null;

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

    private static Link Restore(StoredLink link) =>
        new(
            new EmailKey(link.First, link.Second),
            link.Location,
            link.Clicks,
            [.. link.Urls],
            link.LastIncrease is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
            IsShown: true
        )
        {
            UrlsWithoutPage = [.. link.NoPages ?? []],
        };
}
