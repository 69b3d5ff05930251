using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

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
