using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>A page of statistics: the key of the rows is <c>results</c>.</summary>
internal sealed record StatisticsPage<TRow> : IPage<TRow>
    where TRow : class
{
    /// <remarks>Is set only when the key is present, with null for an empty list, as Go writes a nil slice.</remarks>
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
