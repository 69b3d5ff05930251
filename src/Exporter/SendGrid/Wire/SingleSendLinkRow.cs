using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>A row of <c>GET /v3/marketing/stats/singlesends/{id}/links</c>.</summary>
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
