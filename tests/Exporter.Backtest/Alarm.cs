using System.Text.Json;

namespace Exporter.Backtest;

/// <summary>A time during which an alert fires for one link, step, automation or account.</summary>
/// <param name="Automation">Empty for an account's.</param>
/// <param name="Step">Empty for an automation's.</param>
/// <param name="Location">Empty for a step's.</param>
/// <param name="From">First evaluation that fired.</param>
/// <param name="Until">Last one.</param>
internal sealed record Alarm(string Automation, string Step, string Location, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>The alerts that are judged. None of them waits (<c>for</c>), so it fires when its expression has a result.</summary>
    public static readonly IReadOnlySet<string> Judged = new HashSet<string>(StringComparer.Ordinal)
    {
        "SendGridLinkClicksStopped", "SendGridLinkClicksDropped", "SendGridStepClicksStopped",
        "SendGridStepDeliveriesStalled", "SendGridAutomationStalled", "SendGridAccountClicksLow",
    };

    /// <param name="answers">What the alert's expression gave.</param>
    /// <param name="keepFiring">A pause no longer than this does not end an alarm.</param>
    public static IReadOnlyList<Alarm> Read(IEnumerable<byte[]> answers, TimeSpan keepFiring)
    {
        var times = new Dictionary<(string, string, string), List<long>>();
        foreach (var answer in answers)
        {
            using var json = JsonDocument.Parse(answer);
            foreach (var series in json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
            {
                var labels = series.GetProperty("metric");
                var key = (Label("automation"), Label("step_id"), Label("url_location"));
                if (!times.TryGetValue(key, out var list))
                {
                    times.Add(key, list = []);
                }

                list.AddRange(series.GetProperty("values").EnumerateArray().Select(value => value[0].GetInt64()));

                string Label(string name) => labels.TryGetProperty(name, out var value) ? value.GetString()! : "";
            }
        }

        return [.. times.SelectMany(series => Episodes(series.Value, keepFiring).Select(e => new Alarm(series.Key.Item1, series.Key.Item2, series.Key.Item3, e.From, e.Until)))];
    }

    private static IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> Episodes(List<long> times, TimeSpan keepFiring)
    {
        var (from, last) = (times[0], times[0]);
        foreach (var time in times.Skip(1).Append(long.MaxValue))
        {
            if (time - last > keepFiring.TotalSeconds + Trial.Step.TotalSeconds)
            {
                yield return (DateTimeOffset.FromUnixTimeSeconds(from), DateTimeOffset.FromUnixTimeSeconds(last));
                from = time;
            }

            last = time;
        }
    }
}
