using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>A row of <c>GET /v3/marketing/stats/singlesends/{id}</c>.</summary>
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
