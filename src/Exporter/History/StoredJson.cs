using System.Text.Json.Serialization;

namespace Exporter.History;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(StoredWalk))]
internal sealed partial class StoredJson : JsonSerializerContext;
