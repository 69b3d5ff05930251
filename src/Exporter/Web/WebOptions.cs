namespace Exporter.Web;

/// <summary>The settings of the pages for people.</summary>
internal sealed record WebOptions
{
    /// <summary>The address of a Grafana with the project's dashboards, for links; <see langword="null"/> shows none.</summary>
    public Uri? GrafanaUrl { get; init; }
}
