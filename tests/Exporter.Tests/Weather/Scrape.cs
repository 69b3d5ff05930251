using System.Globalization;

namespace Exporter.Tests.Weather;

/// <summary>One answer of <c>/metrics</c>, strictly read.</summary>
internal sealed class Scrape(string text)
{
    private readonly IReadOnlyDictionary<string, string> _samples = PrometheusText.Parse(text).Series;

    public string Text => text;

    public IEnumerable<string> Series => _samples.Keys;

    /// <summary>The value of one series, its labels in the order of the page; <see langword="null"/> when it is not there.</summary>
    public double? this[string name, params ReadOnlySpan<(string Label, string? Value)> labels]
    {
        get
        {
            var key = new List<string>();
            foreach (var (label, value) in labels)
            {
                if (value is not null)
                {
                    key.Add($"{label}=\"{value}\"");
                }
            }

            return _samples.TryGetValue(key.Count == 0 ? name : $"{name}{{{string.Join(',', key)}}}", out var found)
                ? double.Parse(found, CultureInfo.InvariantCulture)
                : null;
        }
    }

    /// <summary>The value of one of <see cref="Series"/>.</summary>
    public double Value(string series) => double.Parse(_samples[series], CultureInfo.InvariantCulture);

    /// <summary>All samples of a family whose labels hold these texts, by the labels.</summary>
    public Dictionary<string, double> Family(string name, params string[] having) =>
        _samples
            .Where(sample =>
                sample.Key.StartsWith(name + "{", StringComparison.Ordinal)
                && having.All(text => sample.Key.Contains(text, StringComparison.Ordinal))
            )
            .ToDictionary(
                sample => sample.Key[name.Length..],
                sample => double.Parse(sample.Value, CultureInfo.InvariantCulture),
                StringComparer.Ordinal
            );

    /// <summary>What is said of one automation.</summary>
    public CampaignOnPage Of(string automation, string? account = null) => new(this, "automation", automation, account);

    /// <summary>What is said of one Single Send.</summary>
    public CampaignOnPage OfSingleSend(string singleSend) => new(this, "singlesend", singleSend, account: null);
}

/// <summary>One automation or Single Send as a scrape shows it.</summary>
internal sealed class CampaignOnPage(Scrape scrape, string kind, string id, string? account)
{
    /// <summary>The words of METRICS.md.</summary>
    public static readonly string[] Reasons =
    [
        "unauthorized",
        "forbidden",
        "not_found",
        "rate_limited",
        "unavailable",
        "timeout",
        "invalid_response",
        "incomplete",
        "canceled",
    ];

    public double? Up => Value("up");

    public double LastSuccess => Value("last_success_timestamp_seconds") ?? -1;

    public DateTimeOffset LastAttempt =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(1000 * (Value("last_attempt_timestamp_seconds") ?? 0)));

    public long Polls => (long)(Value("polls_total") ?? -1);

    public double? CountMismatch => Value("count_mismatch");

    public double? RowsMerged => Value("rows_merged");

    public double? ReportedClicks => Value("reported_clicks");

    /// <summary>Failures so far, by reason.</summary>
    public IReadOnlyDictionary<string, long> Failures =>
        Reasons.ToDictionary(
            reason => reason,
            reason => (long)(scrape[$"sendgrid_{kind}_poll_failures_total", ("account", account), (kind, id), ("reason", reason)] ?? -1),
            StringComparer.Ordinal
        );

    /// <summary>Clicks by <c>step location</c>; of a Single Send by <c>variation phase location</c>.</summary>
    public IReadOnlyDictionary<string, long> Clicks =>
        scrape
            .Family($"sendgrid_{kind}_link_clicks", $"{kind}=\"{id}\"")
            .Where(sample => account is null || sample.Key.Contains($"account=\"{account}\"", StringComparison.Ordinal))
            .ToDictionary(sample => Place(sample.Key), sample => (long)sample.Value, StringComparer.Ordinal);

    /// <summary>Whether anything that SendGrid counted is shown.</summary>
    public bool HasData =>
        scrape.Series.Any(series =>
            series.Contains($"{kind}=\"{id}\"", StringComparison.Ordinal)
            && Array.Exists(
                [$"sendgrid_{kind}_link", $"sendgrid_{kind}_step_", $"sendgrid_{kind}_reported_clicks", $"sendgrid_{kind}_opens"],
                family => series.StartsWith(family, StringComparison.Ordinal)
            )
        );

    /// <summary>A family without further labels.</summary>
    public double? Value(string name) =>
        scrape[name.StartsWith("sendgrid_", StringComparison.Ordinal) ? name : $"sendgrid_{kind}_{name}", ("account", account), (kind, id)];

    private string Place(string labels) =>
        kind is "automation"
            ? $"{Label(labels, "step_id")} {Label(labels, "url_location")}"
            : $"{Label(labels, "ab_variation")} {Label(labels, "ab_phase")} {Label(labels, "url_location")}";

    private static string Label(string labels, string name)
    {
        var start = labels.IndexOf($"{name}=\"", StringComparison.Ordinal) + name.Length + 2;
        return labels[start..labels.IndexOf('"', start)];
    }
}
