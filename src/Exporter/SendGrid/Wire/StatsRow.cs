using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>A row of <c>GET /v3/marketing/stats/automations/{id}</c>.</summary>
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
