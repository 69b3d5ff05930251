namespace Exporter.SendGrid.Wire;

/// <summary>The twelve statistics of something.</summary>
internal interface IStatisticsRow
{
    /// <summary><see langword="null"/> when the row has none: the API's document does not require it.</summary>
    Statistics? Stats { get; }
}
