using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>Answer of <c>GET /v3/marketing/stats/automations</c> and <c>…/automations/{id}</c>.</summary>
internal sealed record StatsPage : IPage<StatsRow>
{
    [JsonPropertyName("results")]
    [JsonConverter(typeof(RowsConverter<StatsRow>))]
    public Rows<StatsRow> Results { get; init; }

    [JsonPropertyName("_metadata")]
    public Metadata? Metadata { get; init; }

    [JsonIgnore]
    public long? TotalClicks => null;

    IReadOnlyList<StatsRow>? IPage<StatsRow>.Rows => Results.Items;
}

/// <summary>The twelve statistics of one automation, or of one step of it.</summary>
internal sealed record StatsRow : IRow
{
    [JsonPropertyName("id")]
    [JsonRequired]
    public string Id { get; init; } = "";

    /// <summary><c>total</c>, or a day as <c>YYYY-MM-DD</c>.</summary>
    [JsonPropertyName("aggregation")]
    public string? Aggregation { get; init; }

    [JsonPropertyName("step_id")]
    public string? StepId { get; init; }

    /// <summary><see langword="null"/> when the row has none: the API's document does not require it.</summary>
    [JsonPropertyName("stats")]
    public Statistics? Stats { get; init; }

    [JsonIgnore]
    public bool IsGrouped => StepId is not (null or "" or "all");

    [JsonIgnore]
    public (string, string, string) Identity => (Id, StepId ?? "", Aggregation ?? "");
}

/// <summary>The twelve numbers that SendGrid counts, each since statistics began or for one day.</summary>
internal sealed record Statistics
{
    [JsonPropertyName("requests"), JsonConverter(typeof(CountConverter)), JsonRequired]
    public long Requests { get; init; }

    [JsonPropertyName("delivered"), JsonConverter(typeof(CountConverter)), JsonRequired]
    public long Delivered { get; init; }

    [JsonPropertyName("opens"), JsonConverter(typeof(CountConverter)), JsonRequired]
    public long Opens { get; init; }

    [JsonPropertyName("unique_opens"), JsonConverter(typeof(CountConverter)), JsonRequired]
    public long UniqueOpens { get; init; }

    [JsonPropertyName("clicks"), JsonConverter(typeof(CountConverter)), JsonRequired]
    public long Clicks { get; init; }

    [JsonPropertyName("unique_clicks"), JsonConverter(typeof(CountConverter)), JsonRequired]
    public long UniqueClicks { get; init; }

    [JsonPropertyName("bounces"), JsonConverter(typeof(CountConverter)), JsonRequired]
    public long Bounces { get; init; }

    [JsonPropertyName("bounce_drops"), JsonConverter(typeof(CountConverter)), JsonRequired]
    public long BounceDrops { get; init; }

    [JsonPropertyName("invalid_emails"), JsonConverter(typeof(CountConverter)), JsonRequired]
    public long InvalidEmails { get; init; }

    [JsonPropertyName("spam_reports"), JsonConverter(typeof(CountConverter)), JsonRequired]
    public long SpamReports { get; init; }

    [JsonPropertyName("spam_report_drops"), JsonConverter(typeof(CountConverter)), JsonRequired]
    public long SpamReportDrops { get; init; }

    [JsonPropertyName("unsubscribes"), JsonConverter(typeof(CountConverter)), JsonRequired]
    public long Unsubscribes { get; init; }
}
