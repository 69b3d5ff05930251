using System.Text.Json;
using System.Text.Json.Serialization;

namespace Exporter.Web.Pages;

internal sealed class HealthStateConverter() : JsonStringEnumConverter<HealthState>(JsonNamingPolicy.SnakeCaseLower);
