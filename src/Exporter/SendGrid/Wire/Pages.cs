using System.Text.Json;
using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>What the page walk needs of a page, whatever its rows are.</summary>
internal interface IPage<TRow>
{
    /// <summary>The rows; <see langword="null"/> when the answer had no such key. Null in the answer is an empty list.</summary>
    IReadOnlyList<TRow>? Rows { get; }

    Metadata? Metadata { get; }

    /// <summary>The sum over the whole list as the API reports it; <see langword="null"/> for lists without one.</summary>
    long? TotalClicks { get; }
}

/// <summary>A page of statistics: the key of the rows is <c>results</c>.</summary>
internal sealed record ResultsPage<TRow> : IPage<TRow>
    where TRow : class
{
    /// <remarks>Set only when the key is there, and with null for an empty list, as Go writes a nil slice.</remarks>
    [JsonPropertyName("results")]
    public IReadOnlyList<TRow>? Rows
    {
        get;
        set => field = RowList.Of(value);
    }

    [JsonPropertyName("total_clicks")]
    [JsonConverter(typeof(CountOrNullConverter))]
    public long? TotalClicks { get; init; }

    [JsonPropertyName("_metadata")]
    [JsonConverter(typeof(MetadataConverter))]
    public Metadata? Metadata { get; init; }
}

/// <summary>A page of Single Sends: the key of the rows is <c>result</c>.</summary>
internal sealed record ResultPage<TRow> : IPage<TRow>
    where TRow : class
{
    /// <inheritdoc cref="ResultsPage{TRow}.Rows"/>
    [JsonPropertyName("result")]
    public IReadOnlyList<TRow>? Rows
    {
        get;
        set => field = RowList.Of(value);
    }

    [JsonPropertyName("_metadata")]
    [JsonConverter(typeof(MetadataConverter))]
    public Metadata? Metadata { get; init; }

    [JsonIgnore]
    public long? TotalClicks => null;
}

internal static class RowList
{
    /// <summary>The rows as they were read; null is an empty list.</summary>
    /// <exception cref="JsonException">A row is null.</exception>
    public static IReadOnlyList<TRow> Of<TRow>(IReadOnlyList<TRow>? rows)
        where TRow : class =>
        rows is null ? []
        : rows.Contains(null) ? throw new JsonException("a row is null")
        : rows;
}
