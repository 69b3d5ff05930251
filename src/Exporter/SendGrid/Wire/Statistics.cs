using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>
/// The twelve numbers that SendGrid counts, each since statistics began or for one day; <see langword="null"/> where the answer has none. A
/// value that is present but not a count makes the page undecodable: one wrong number casts doubt on the others.
/// </summary>
internal sealed record Statistics
{
    [JsonPropertyName("requests"), JsonConverter(typeof(OptionalCountConverter))]
    public long? Requests { get; init; }

    [JsonPropertyName("delivered"), JsonConverter(typeof(OptionalCountConverter))]
    public long? Delivered { get; init; }

    [JsonPropertyName("opens"), JsonConverter(typeof(OptionalCountConverter))]
    public long? Opens { get; init; }

    [JsonPropertyName("unique_opens"), JsonConverter(typeof(OptionalCountConverter))]
    public long? UniqueOpens { get; init; }

    [JsonPropertyName("clicks"), JsonConverter(typeof(OptionalCountConverter))]
    public long? Clicks { get; init; }

    [JsonPropertyName("unique_clicks"), JsonConverter(typeof(OptionalCountConverter))]
    public long? UniqueClicks { get; init; }

    [JsonPropertyName("bounces"), JsonConverter(typeof(OptionalCountConverter))]
    public long? Bounces { get; init; }

    [JsonPropertyName("bounce_drops"), JsonConverter(typeof(OptionalCountConverter))]
    public long? BounceDrops { get; init; }

    [JsonPropertyName("invalid_emails"), JsonConverter(typeof(OptionalCountConverter))]
    public long? InvalidEmails { get; init; }

    [JsonPropertyName("spam_reports"), JsonConverter(typeof(OptionalCountConverter))]
    public long? SpamReports { get; init; }

    [JsonPropertyName("spam_report_drops"), JsonConverter(typeof(OptionalCountConverter))]
    public long? SpamReportDrops { get; init; }

    [JsonPropertyName("unsubscribes"), JsonConverter(typeof(OptionalCountConverter))]
    public long? Unsubscribes { get; init; }
}
