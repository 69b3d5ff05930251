using System.Globalization;
using Exporter.Tests.Exposition;

namespace Exporter.Tests.Weather;

/// <summary>One answer of <c>/metrics</c>, strictly read.</summary>
internal sealed class Scrape(string text)
{
    private readonly Dictionary<string, string> _samples = Samples.Parse(text);

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

    /// <summary>All samples of a family whose labels hold these texts, by the labels.</summary>
    public Dictionary<string, double> Family(string name, params string[] having) => _samples
        .Where(sample => sample.Key.StartsWith(name + "{", StringComparison.Ordinal) && having.All(text => sample.Key.Contains(text, StringComparison.Ordinal)))
        .ToDictionary(sample => sample.Key[name.Length..], sample => double.Parse(sample.Value, CultureInfo.InvariantCulture), StringComparer.Ordinal);

    /// <summary>What is said of one automation.</summary>
    public AutomationOnPage Of(string automation, string? account = null) => new(this, automation, account);
}

/// <summary>One automation as a scrape shows it.</summary>
internal sealed class AutomationOnPage(Scrape scrape, string automation, string? account)
{
    private static readonly string[] DataFamilies = ["sendgrid_automation_link", "sendgrid_automation_step_", "sendgrid_automation_reported_clicks"];

    public double? Up => Value("sendgrid_automation_up");

    public double LastSuccess => Value("sendgrid_automation_last_success_timestamp_seconds") ?? -1;

    public DateTimeOffset LastAttempt =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(1000 * (Value("sendgrid_automation_last_attempt_timestamp_seconds") ?? 0)));

    public long Polls => (long)(Value("sendgrid_automation_polls_total") ?? -1);

    public double? CountMismatch => Value("sendgrid_automation_count_mismatch");

    public double? RowsMerged => Value("sendgrid_automation_rows_merged");

    public double? ReportedClicks => Value("sendgrid_automation_reported_clicks");

    /// <summary>Failures so far, by reason.</summary>
    public IReadOnlyDictionary<string, long> Failures => Reasons.ToDictionary(
        reason => reason,
        reason => (long)(scrape["sendgrid_automation_poll_failures_total", ("account", account), ("automation", automation), ("reason", reason)] ?? -1),
        StringComparer.Ordinal);

    /// <summary>The words of the contract.</summary>
    public static readonly string[] Reasons =
        ["unauthorized", "forbidden", "not_found", "rate_limited", "unavailable", "timeout", "invalid_response", "incomplete", "canceled"];

    /// <summary>Clicks by <c>step location</c>.</summary>
    public IReadOnlyDictionary<string, long> Clicks => scrape.Family("sendgrid_automation_link_clicks", $"automation=\"{automation}\"")
        .Where(sample => account is null || sample.Key.Contains($"account=\"{account}\"", StringComparison.Ordinal))
        .ToDictionary(sample => $"{Label(sample.Key, "step_id")} {Label(sample.Key, "url_location")}", sample => (long)sample.Value, StringComparer.Ordinal);

    /// <summary>Whether anything that SendGrid counted is shown.</summary>
    public bool HasData => scrape.Series.Any(series =>
        series.Contains($"automation=\"{automation}\"", StringComparison.Ordinal)
        && DataFamilies.Any(family => series.StartsWith(family, StringComparison.Ordinal)));

    public double? Value(string family) => scrape[family, ("account", account), ("automation", automation)];

    private static string Label(string labels, string name)
    {
        var start = labels.IndexOf($"{name}=\"", StringComparison.Ordinal) + name.Length + 2;
        return labels[start..labels.IndexOf('"', start)];
    }
}
