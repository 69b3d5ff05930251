using System.Text.Json.Serialization;

namespace Exporter.Web;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(IReadOnlyList<LinkTarget>))]
internal sealed partial class LinkTargetJson : JsonSerializerContext;
