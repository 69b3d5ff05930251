using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>A page of Single Sends: the key of the rows is <c>result</c>.</summary>
internal sealed record SingleSendListPage<TRow> : IPage<TRow>
    where TRow : class
{
    /// <inheritdoc cref="StatisticsPage{TRow}.Rows"/>
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
