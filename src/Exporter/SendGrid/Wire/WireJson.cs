using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>Source-generated readers of every answer, for Native AOT.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ResultsPage<AutomationLinkRow>), TypeInfoPropertyName = "AutomationLinks")]
[JsonSerializable(typeof(ResultsPage<StatsRow>), TypeInfoPropertyName = "AutomationStatistics")]
[JsonSerializable(typeof(ResultsPage<SingleSendLinkRow>), TypeInfoPropertyName = "SingleSendLinks")]
[JsonSerializable(typeof(ResultsPage<SingleSendStatsRow>), TypeInfoPropertyName = "SingleSendStatistics")]
[JsonSerializable(typeof(ResultsPage<CampaignListRow>), TypeInfoPropertyName = "AutomationList")]
[JsonSerializable(typeof(ResultPage<CampaignListRow>), TypeInfoPropertyName = "SingleSendList")]
[JsonSerializable(typeof(ScopesAnswer))]
internal sealed partial class WireJson : JsonSerializerContext;
