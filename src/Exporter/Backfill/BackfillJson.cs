using System.Text.Json.Serialization;

namespace Exporter.Backfill;

[JsonSerializable(typeof(FetchedAutomation))]
internal sealed partial class BackfillJson : JsonSerializerContext;
