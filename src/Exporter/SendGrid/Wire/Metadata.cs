using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>The paging part of every list answer.</summary>
internal sealed record Metadata
{
    /// <summary>The URL of the next page; absent, null or empty on the last one.</summary>
    [JsonPropertyName("next")]
    public string? Next { get; init; }

    /// <summary>
    /// The number of rows over all pages, documented as <c>number</c>; <see langword="null"/> when absent or not a number. For diagnosis
    /// only.
    /// </summary>
    [JsonPropertyName("count")]
    [JsonConverter(typeof(CountOrNullConverter))]
    public long? Count { get; init; }
}
