using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>What the page walk needs of a row.</summary>
internal interface IRow
{
    /// <summary>
    /// Whether the row belongs to a group: <see langword="false"/> when the API answered for everything together (<c>all</c>, empty or
    /// absent).
    /// </summary>
    bool IsGrouped { get; }

    /// <summary>
    /// What makes the row the same row when it is seen again on another page; <see langword="null"/> when nothing in it does.
    /// </summary>
    (string, string, string, string)? Identity { get; }
}

/// <summary>A row of an automation's step.</summary>
internal interface IAutomationRow
{
    /// <summary>The step; <c>all</c>, empty or absent when the answer is not grouped.</summary>
    string? StepId { get; }
}

/// <summary>A row of a Single Send's variation and phase.</summary>
internal interface ISingleSendRow
{
    /// <summary>The variation: declared a UUID, and yet <c>all</c> or empty when the answer is not grouped, so text.</summary>
    string? Variation { get; }

    /// <summary><c>test</c>, <c>send</c> or <c>all</c>.</summary>
    string? Phase { get; }
}

/// <summary>One link and its clicks since tracking began.</summary>
internal interface ILinkRow
{
    /// <summary>
    /// The URL as in the email, placeholders included. Text, not a <see cref="Uri"/>: <c>{{first_name}}</c> is legal here.
    /// </summary>
    string? Url { get; }

    /// <summary>
    /// Position in the email, from 0 at the top, or what the API writes there; <see langword="null"/> when it names none.
    /// </summary>
    string? UrlLocation { get; }

    long Clicks { get; }
}

/// <summary>The twelve statistics of something.</summary>
internal interface IStatisticsRow
{
    /// <summary><see langword="null"/> when the row has none: the API's document does not require it.</summary>
    Statistics? Stats { get; }
}

internal static class Grouping
{
    public static bool IsGroup(string? text) => text is not (null or "" or "all");
}

/// <summary>Row of <c>GET /v3/marketing/stats/automations/{id}/links</c>.</summary>
internal sealed record AutomationLinkRow : IRow, IAutomationRow, ILinkRow
{
    [JsonPropertyName("url")]
    [JsonConverter(typeof(TextConverter))]
    public string? Url { get; init; }

    [JsonPropertyName("url_location")]
    [JsonConverter(typeof(LocationConverter))]
    public string? UrlLocation { get; init; }

    [JsonPropertyName("step_id")]
    [JsonConverter(typeof(TextConverter))]
    public string? StepId { get; init; }

    [JsonPropertyName("clicks")]
    [JsonConverter(typeof(CountConverter))]
    [JsonRequired]
    public long Clicks { get; init; }

    [JsonIgnore]
    public bool IsGrouped => Grouping.IsGroup(StepId);

    [JsonIgnore]
    public (string, string, string, string)? Identity =>
        (UrlLocation, Url) is (null, null or "") ? null : (StepId ?? "", "", UrlLocation ?? "", Url ?? "");
}

/// <summary>Row of <c>GET /v3/marketing/stats/singlesends/{id}/links</c>.</summary>
internal sealed record SingleSendLinkRow : IRow, ISingleSendRow, ILinkRow
{
    [JsonPropertyName("url")]
    [JsonConverter(typeof(TextConverter))]
    public string? Url { get; init; }

    [JsonPropertyName("url_location")]
    [JsonConverter(typeof(LocationConverter))]
    public string? UrlLocation { get; init; }

    [JsonPropertyName("ab_variation")]
    [JsonConverter(typeof(TextConverter))]
    public string? Variation { get; init; }

    [JsonPropertyName("ab_phase")]
    [JsonConverter(typeof(TextConverter))]
    public string? Phase { get; init; }

    [JsonPropertyName("clicks")]
    [JsonConverter(typeof(CountConverter))]
    [JsonRequired]
    public long Clicks { get; init; }

    [JsonIgnore]
    public bool IsGrouped => Grouping.IsGroup(Variation) || Grouping.IsGroup(Phase);

    [JsonIgnore]
    public (string, string, string, string)? Identity =>
        (UrlLocation, Url) is (null, null or "") ? null : (Variation ?? "", Phase ?? "", UrlLocation ?? "", Url ?? "");
}

/// <summary>Row of <c>GET /v3/marketing/stats/automations/{id}</c>.</summary>
internal sealed record StatsRow : IRow, IAutomationRow, IStatisticsRow
{
    [JsonPropertyName("id")]
    [JsonConverter(typeof(TextConverter))]
    public string? Id { get; init; }

    /// <summary><c>total</c>, or a day as <c>YYYY-MM-DD</c>.</summary>
    [JsonPropertyName("aggregation")]
    [JsonConverter(typeof(TextConverter))]
    public string? Aggregation { get; init; }

    [JsonPropertyName("step_id")]
    [JsonConverter(typeof(TextConverter))]
    public string? StepId { get; init; }

    [JsonPropertyName("stats")]
    [JsonConverter(typeof(StatisticsConverter))]
    public Statistics? Stats { get; init; }

    [JsonIgnore]
    public bool IsGrouped => Grouping.IsGroup(StepId);

    [JsonIgnore]
    public (string, string, string, string)? Identity =>
        (Id, StepId, Aggregation) is (null or "", null or "", null or "") ? null : (Id ?? "", StepId ?? "", Aggregation ?? "", "");
}

/// <summary>Row of <c>GET /v3/marketing/stats/singlesends/{id}</c>.</summary>
internal sealed record SingleSendStatsRow : IRow, ISingleSendRow, IStatisticsRow
{
    [JsonPropertyName("id")]
    [JsonConverter(typeof(TextConverter))]
    public string? Id { get; init; }

    [JsonPropertyName("aggregation")]
    [JsonConverter(typeof(TextConverter))]
    public string? Aggregation { get; init; }

    [JsonPropertyName("ab_variation")]
    [JsonConverter(typeof(TextConverter))]
    public string? Variation { get; init; }

    [JsonPropertyName("ab_phase")]
    [JsonConverter(typeof(TextConverter))]
    public string? Phase { get; init; }

    [JsonPropertyName("stats")]
    [JsonConverter(typeof(StatisticsConverter))]
    public Statistics? Stats { get; init; }

    [JsonIgnore]
    public bool IsGrouped => Grouping.IsGroup(Variation) || Grouping.IsGroup(Phase);

    [JsonIgnore]
    public (string, string, string, string)? Identity =>
        (Id, Variation, Phase, Aggregation) is (null or "", null or "", null or "", null or "")
            ? null
            : (Id ?? "", Variation ?? "", Phase ?? "", Aggregation ?? "");
}
