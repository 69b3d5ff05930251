using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>The answer of <c>GET /v3/scopes</c>: the rights of the key.</summary>
internal sealed record ScopesAnswer
{
    [JsonPropertyName("scopes")]
    [JsonConverter(typeof(TextListConverter))]
    public IReadOnlyList<string>? Scopes { get; init; }
}
