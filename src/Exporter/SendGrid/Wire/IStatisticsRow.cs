namespace Exporter.SendGrid.Wire;

/// <summary>A row with the twelve statistics.</summary>
internal interface IStatisticsRow
{
    /// <summary>The statistics; <see langword="null"/> when the row has none: the API's document does not require them.</summary>
    Statistics? Stats { get; }
}
