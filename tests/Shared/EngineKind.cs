namespace Exporter.Engines;

/// <summary>What evaluates the rules, answers the dashboards and scrapes: one of those that users have.</summary>
/// <param name="Name">As a test and a report call it.</param>
/// <param name="Folder">Where tests/engines.sh puts its programs, below <see cref="Cache"/>.</param>
/// <param name="IsInstalled">Whether the machine's own package serves where nothing was put.</param>
internal sealed record EngineKind(string Name, string Folder, bool IsInstalled = false)
{
    /// <summary>Debian 12's package.</summary>
    public static EngineKind Prometheus2 { get; } = new("Prometheus 2", "prometheus-2", IsInstalled: true);

    /// <summary>What compose starts. Ranges are left-open since then: a sample that lies at their left end does not count.</summary>
    public static EngineKind Prometheus3 { get; } = new("Prometheus 3", "prometheus-3");

    /// <summary>With <c>vmalert-tool</c>, which tests rules as <c>promtool</c> does.</summary>
    public static EngineKind VictoriaMetrics { get; } = new("VictoriaMetrics", "victoria-metrics");

    public static IReadOnlyList<EngineKind> All { get; } = [Prometheus2, Prometheus3, VictoriaMetrics];

    /// <summary>Why a test that needs it is skipped.</summary>
    public string Missing =>
        IsInstalled
            ? $"{Name} is not installed (Debian 12: apt-get install prometheus, elsewhere tests/engines.sh)"
            : $"{Name} is not here (on Debian tests/engines.sh fetches it)";

    private static string Cache =>
        Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
                ? cache
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "sendgrid-exporter",
            "engines"
        );

    public static EngineKind Named(string name) => All.Single(kind => kind.Name == name || kind.Folder == name);

    /// <summary>How a program of it is called; there may be none.</summary>
    public string PathOf(string program)
    {
        var fetched = Path.Combine(Cache, Folder, "usr", "bin", program);
        return IsInstalled && !File.Exists(fetched) ? program : fetched;
    }

    public override string ToString() => Name;
}
