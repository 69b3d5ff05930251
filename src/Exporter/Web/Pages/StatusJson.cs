using System.Text.Json.Serialization;

namespace Exporter.Web.Pages;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StatusModel))]
internal sealed partial class StatusJson : JsonSerializerContext;
