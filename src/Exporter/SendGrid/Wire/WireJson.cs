using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>Source-generated readers of every answer, for Native AOT.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(LinkPage))]
[JsonSerializable(typeof(LinkRow))]
[JsonSerializable(typeof(StatsPage))]
[JsonSerializable(typeof(StatsRow))]
internal sealed partial class WireJson : JsonSerializerContext;
