namespace Exporter.Web;

/// <summary>A page to be probed, in the form of Prometheus's HTTP service discovery.</summary>
/// <param name="Targets">The page's URL alone, because each target has labels of its own.</param>
/// <param name="Labels"><c>__param_target</c> for the probe, and the labels of the link.</param>
internal sealed record LinkTarget(IReadOnlyList<string> Targets, LinkTargetLabels Labels);
