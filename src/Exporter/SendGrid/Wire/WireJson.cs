using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>Source-generated readers of every answer, for Native AOT.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(StatisticsPage<AutomationLinkRow>), TypeInfoPropertyName = "AutomationLinks")]
[JsonSerializable(typeof(StatisticsPage<StatsRow>), TypeInfoPropertyName = "AutomationStatistics")]
[JsonSerializable(typeof(StatisticsPage<SingleSendLinkRow>), TypeInfoPropertyName = "SingleSendLinks")]
[JsonSerializable(typeof(StatisticsPage<SingleSendStatsRow>), TypeInfoPropertyName = "SingleSendStatistics")]
[JsonSerializable(typeof(StatisticsPage<CampaignListRow>), TypeInfoPropertyName = "AutomationList")]
[JsonSerializable(typeof(SingleSendListPage<CampaignListRow>), TypeInfoPropertyName = "SingleSendList")]
[JsonSerializable(typeof(ScopesAnswer))]
internal sealed partial class WireJson : JsonSerializerContext;
