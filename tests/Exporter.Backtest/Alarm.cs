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

    /// <summary>A pause shorter than this does not end an alarm: the alerts have <c>keep_firing_for</c>, and nobody is told twice an hour.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    public static IReadOnlyList<Alarm> Read(IEnumerable<byte[]> answers)
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

        return [.. times.SelectMany(series => Episodes(series.Value).Select(e => new Alarm(series.Key.Item1, series.Key.Item2, series.Key.Item3, e.From, e.Until)))];
    }

    private static IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> Episodes(List<long> times)
    {
        var (from, last) = (times[0], times[0]);
        foreach (var time in times.Skip(1).Append(long.MaxValue))
        {
            if (time - last > Pause.TotalSeconds)
            {
                yield return (DateTimeOffset.FromUnixTimeSeconds(from), DateTimeOffset.FromUnixTimeSeconds(last));
                from = time;
            }

            last = time;
        }
    }
}
