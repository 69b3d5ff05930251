using System.Text.Json.Serialization;

namespace Exporter.Web;

/// <param name="Url">The address that the probe requests.</param>
/// <param name="Account"><see langword="null"/> when accounts are not named.</param>
/// <param name="StepId">The email that holds the link.</param>
internal sealed record LinkTargetLabels(
    [property: JsonPropertyName("__param_target")] string Url,
    string? Account,
    string Automation,
    string StepId
);
