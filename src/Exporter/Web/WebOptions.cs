namespace Exporter.Web;

/// <summary>What the pages for people need to know.</summary>
internal sealed record WebOptions
{
    /// <summary>Address of a Grafana that has the project's dashboards, for links; <see langword="null"/> shows none.</summary>
    public Uri? GrafanaUrl { get; init; }
}
