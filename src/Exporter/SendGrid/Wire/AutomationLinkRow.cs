using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>A row of <c>GET /v3/marketing/stats/automations/{id}/links</c>.</summary>
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
