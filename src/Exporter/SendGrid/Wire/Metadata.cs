using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>The paging part of every list answer.</summary>
internal sealed record Metadata
{
    /// <summary>URL of the next page; absent, null or empty on the last one.</summary>
    [JsonPropertyName("next")]
    public string? Next { get; init; }

    /// <summary>Rows over all pages, documented as <c>number</c>; <see langword="null"/> when absent or not a number. For diagnosis only.</summary>
    [JsonPropertyName("count")]
    [JsonConverter(typeof(CountOrNullConverter))]
    public long? Count { get; init; }
}

/// <summary>What the page walk needs of a page, whatever its rows are.</summary>
internal interface IPage<TRow>
{
    /// <summary>The rows; <see langword="null"/> when the answer had no such key or had null there.</summary>
    IReadOnlyList<TRow>? Rows { get; }

    Metadata? Metadata { get; }

    /// <summary>The sum over the whole list as the API reports it; <see langword="null"/> for lists without one.</summary>
    long? TotalClicks { get; }
}

/// <summary>What the page walk needs of a row.</summary>
internal interface IRow
{
    /// <summary>Whether the row belongs to a group: <see langword="false"/> when the API answered for everything together (<c>all</c>, empty or absent).</summary>
    bool IsGrouped { get; }

    /// <summary>What makes the row the same row when it is seen again on another page.</summary>
    (string, string, string) Identity { get; }
}
