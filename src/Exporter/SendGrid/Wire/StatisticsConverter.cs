namespace Exporter.SendGrid.Wire;

/// <summary>Reads <c>stats</c>.</summary>
internal sealed class StatisticsConverter() : ObjectConverter<Statistics>(static () => WireJson.Default.Statistics);
