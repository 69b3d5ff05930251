using System.Text.Json;

namespace Exporter.Backtest;

/// <summary>A time during which an alert fires for one link, step, automation or account.</summary>
/// <param name="Account">Empty where accounts have no names.</param>
/// <param name="Automation">Empty for an account's.</param>
/// <param name="Step">Empty for an automation's.</param>
/// <param name="Location">Empty for a step's.</param>
/// <param name="From">First evaluation that fired.</param>
/// <param name="Until">Last one.</param>
internal sealed record Alarm(string Account, string Automation, string Step, string Location, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>The alerts that are judged.</summary>
    public static readonly IReadOnlySet<string> Judged = new HashSet<string>(StringComparer.Ordinal)
    {
        "SendGridLinkClicksStopped",
        "SendGridLinkClicksDropped",
        "SendGridStepClicksStopped",
        "SendGridStepDeliveriesStalled",
        "SendGridAutomationStalled",
        "SendGridAccountClicksLow",
    };

    /// <param name="answers">What the alert's expression gave at each evaluation.</param>
    /// <param name="alert">Says how long it waits and how long it goes on.</param>
    public static IReadOnlyList<Alarm> Read(IEnumerable<byte[]> answers, Rule alert)
    {
        var times = new Dictionary<(string, string, string, string), List<long>>();
        foreach (var answer in answers)
        {
            using var json = JsonDocument.Parse(answer);
            foreach (var series in json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
            {
                var labels = series.GetProperty("metric");
                var key = (Label("account"), Label("automation"), Label("step_id"), Label("url_location"));
                if (!times.TryGetValue(key, out var list))
                {
                    times.Add(key, list = []);
                }

                list.AddRange(series.GetProperty("values").EnumerateArray().Select(value => value[0].GetInt64()));

                string Label(string name) => labels.TryGetProperty(name, out var value) ? value.GetString()! : "";
            }
        }

        return
        [
            .. times.SelectMany(series =>
                Episodes(series.Value, alert)
                    .Select(e => new Alarm(series.Key.Item1, series.Key.Item2, series.Key.Item3, series.Key.Item4, e.From, e.Until))
            ),
        ];
    }

    /// <summary>
    /// As Prometheus does it: pending while it waits, a pause while pending starts it anew, a pause while firing is bridged.
    /// </summary>
    private static IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> Episodes(List<long> times, Rule alert)
    {
        var (step, wait, keep) = (alert.Interval.TotalSeconds, alert.For.TotalSeconds, alert.KeepFiring.TotalSeconds);
        long? fired = null;
        var (pending, last) = (times[0], times[0]);
        foreach (var time in times)
        {
            if (fired is { } from && time - last > step + keep)
            {
                yield return (DateTimeOffset.FromUnixTimeSeconds(from), DateTimeOffset.FromUnixTimeSeconds(last));
                fired = null;
            }

            pending = fired is null && time - last > step ? time : pending;
            fired ??= time - pending >= wait ? time : null;
            last = time;
        }

        if (fired is { } begun)
        {
            yield return (DateTimeOffset.FromUnixTimeSeconds(begun), DateTimeOffset.FromUnixTimeSeconds(last));
        }
    }
}
