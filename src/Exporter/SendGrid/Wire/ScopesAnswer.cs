using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>Answer of <c>GET /v3/scopes</c>: what the key may do.</summary>
internal sealed record ScopesAnswer
{
    [JsonPropertyName("scopes")]
    [JsonConverter(typeof(TextListConverter))]
    public IReadOnlyList<string>? Scopes { get; init; }
}
