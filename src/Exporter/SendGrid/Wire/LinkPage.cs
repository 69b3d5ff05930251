using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>Answer of <c>GET /v3/marketing/stats/automations/{id}/links</c>.</summary>
internal sealed record LinkPage : IPage<LinkRow>
{
    [JsonPropertyName("results")]
    [JsonConverter(typeof(RowsConverter<LinkRow>))]
    public Rows<LinkRow> Results { get; init; }

    [JsonPropertyName("total_clicks")]
    [JsonConverter(typeof(CountOrNullConverter))]
    public long? TotalClicks { get; init; }

    [JsonPropertyName("_metadata")]
    public Metadata? Metadata { get; init; }

    IReadOnlyList<LinkRow>? IPage<LinkRow>.Rows => Results.Items;
}

/// <summary>One link of one step and its clicks since tracking began.</summary>
internal sealed record LinkRow : IRow
{
    /// <summary>The URL as in the email, placeholders included. Text, not a <see cref="Uri"/>: <c>{{first_name}}</c> is legal here.</summary>
    [JsonPropertyName("url")]
    public string? Url { get; init; }

    /// <summary>Position in the email, from 0 at the top; <see langword="null"/> when the API names none.</summary>
    [JsonPropertyName("url_location")]
    [JsonConverter(typeof(LocationConverter))]
    public long? UrlLocation { get; init; }

    /// <summary>The step; <c>all</c>, empty or absent when the answer is not grouped.</summary>
    [JsonPropertyName("step_id")]
    public string? StepId { get; init; }

    [JsonPropertyName("clicks")]
    [JsonConverter(typeof(CountConverter))]
    [JsonRequired]
    public long Clicks { get; init; }

    [JsonIgnore]
    public bool IsGrouped => StepId is not (null or "" or "all");

    [JsonIgnore]
    public (string, string, string) Identity =>
        (StepId ?? "", UrlLocation?.ToString() ?? "", Url ?? "");
}
