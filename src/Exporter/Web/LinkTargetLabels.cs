using System.Text.Json.Serialization;

namespace Exporter.Web;

/// <param name="Url">What the probe is to ask for.</param>
/// <param name="Account"><see langword="null"/> when accounts are not named.</param>
/// <param name="Automation">Its label.</param>
/// <param name="StepId">The email that the link stands in.</param>
internal sealed record LinkTargetLabels(
    [property: JsonPropertyName("__param_target")] string Url,
    string? Account,
    string Automation,
    string StepId
);
