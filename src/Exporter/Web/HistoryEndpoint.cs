using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Exporter.History;
using Exporter.Snapshots;
using Microsoft.Data.Sqlite;

namespace Exporter.Web;

/// <summary>What was observed of one automation's links, for <c>/api/v1/history</c>.</summary>
/// <param name="Automation">Its label.</param>
/// <param name="AutomationId">Its id.</param>
/// <param name="Account">Its account; <see langword="null"/> when accounts are not named.</param>
/// <param name="Kept">Whether there is a store that remembers anything.</param>
/// <param name="Links">The links.</param>
internal sealed record HistoryAnswer(string Automation, string AutomationId, string? Account, bool Kept, IReadOnlyList<LinkHistory> Links);

/// <summary>What was observed of one link.</summary>
/// <param name="StepId">The step that it stands in.</param>
/// <param name="UrlLocation">Its place.</param>
/// <param name="FirstSeen">When it was first seen.</param>
/// <param name="Clicks">Each change: its time in seconds since the epoch, and the total from then on; null while the link was gone or its last-known total too old.</param>
internal sealed record LinkHistory(string StepId, string UrlLocation, DateTimeOffset FirstSeen, IReadOnlyList<ClickObservation> Clicks);

/// <summary>One change.</summary>
internal readonly record struct ClickObservation(double Time, long? Total);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HistoryAnswer))]
internal sealed partial class HistoryJson : JsonSerializerContext;

/// <summary>Answers <c>/api/v1/history?automation=…[&amp;account=…][&amp;from=…][&amp;to=…]</c>; times are RFC 3339 or seconds since the epoch.</summary>
internal sealed class HistoryEndpoint(HistoryService history, SnapshotStore store, TimeProvider time)
{
    /// <summary>What is answered without <c>from</c>.</summary>
    private static readonly TimeSpan DefaultSpan = TimeSpan.FromDays(7);

    public Task AnswerAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var (now, name) = (time.GetUtcNow(), query["automation"].ToString());
        if (name.Length == 0)
        {
            return RefuseAsync(context, StatusCodes.Status400BadRequest, "automation=… is missing: its name or id.");
        }

        if (!TryTime(query["to"], now, out var to) || !TryTime(query["from"], to - DateTimeOffset.MinValue > DefaultSpan ? to - DefaultSpan : DateTimeOffset.MinValue, out var from) || from > to)
        {
            return RefuseAsync(context, StatusCodes.Status400BadRequest, "from and to are RFC 3339 times or seconds since the epoch, from not after to.");
        }

        var account = query["account"].ToString();
        var found = store.Current.Accounts
            .Where(each => account.Length == 0 || string.Equals(each.Name, account, StringComparison.Ordinal))
            .SelectMany(each => each.Campaigns, (each, campaign) => (Account: each, Campaign: campaign))
            .Where(each => each.Campaign.Kind == CampaignKind.Automation)
            .Where(each => string.Equals(each.Campaign.Label, name, StringComparison.Ordinal) || string.Equals(each.Campaign.Id, name, StringComparison.OrdinalIgnoreCase))
            .ToList();
        return found switch
        {
            [] => RefuseAsync(context, StatusCodes.Status404NotFound, "No such automation."),
            [var only] => AnswerAsync(context, only.Account, only.Campaign, from, to),
            _ => RefuseAsync(context, StatusCodes.Status400BadRequest, "Several accounts have an automation of this name: say which by account=…"),
        };
    }

    private Task AnswerAsync(HttpContext context, AccountSnapshot account, CampaignSnapshot campaign, DateTimeOffset from, DateTimeOffset to)
    {
        try
        {
            var links = history.Read(account.Identity, campaign.Kind, campaign.Id, from, to, SeriesKey.LinkClicks);
            var answer = new HistoryAnswer(campaign.Label, campaign.Id, account.Name, links is not null, [.. (links ?? []).Select(Link)]);
            return Endpoints.TextAsync(context, StatusCodes.Status200OK, JsonSerializer.Serialize(answer, HistoryJson.Default.HistoryAnswer) + "\n", "application/json");
        }
        catch (SqliteException)
        {
            return RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "The saved state cannot be read now.");
        }
    }

    private static LinkHistory Link(ObservedSeries series) => new(
        series.Key.First,
        series.Key.Location,
        series.FirstSeen,
        [.. series.Observations.Select(seen => new ClickObservation(seen.At.ToUnixTimeMilliseconds() / 1000d, seen.Value))]);

    private static bool TryTime(string? text, DateTimeOffset otherwise, out DateTimeOffset moment)
    {
        moment = otherwise;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        // Beyond the year 9999 there is no date.
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            moment = seconds < 253_402_300_800 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : DateTimeOffset.MaxValue;
            return seconds < 253_402_300_800;
        }

        return text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment);
    }

    private static Task RefuseAsync(HttpContext context, int status, string why) => Endpoints.TextAsync(context, status, why + "\n");
}
