namespace Exporter.SendGrid.Wire;

/// <summary>Reads <c>_metadata</c>.</summary>
internal sealed class MetadataConverter() : ObjectConverter<Metadata>(static () => WireJson.Default.Metadata);
