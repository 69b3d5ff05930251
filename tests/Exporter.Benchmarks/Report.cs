using System.Globalization;
using System.Runtime.InteropServices;

namespace Exporter.Benchmarks;

/// <summary>Writes the figures as Markdown.</summary>
internal sealed class Report(TextWriter output)
{
    private readonly List<string> _busy = [];
    private readonly List<string> _crowds = [];
    private readonly List<string> _memory = [];
    private readonly List<string> _wire = [];
    private readonly List<string> _loaded = [];
    private long _idle;
    private (int Series, long Resident)? _least;

    public void Machine()
    {
        var model = File.ReadLines("/proc/cpuinfo")
            .First(static line => line.StartsWith("model name", StringComparison.Ordinal))
            .Split(':')[1]
            .Trim();
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        Line(
            $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} cores, {model}, "
                + $"{RuntimeInformation.FrameworkDescription}, load {load} before the start."
        );
    }

    public void StartUp(TimeSpan time, TimeSpan cpu, long idle)
    {
        _idle = idle;
        Line(
            $"\nFrom exec to the first answered scrape: {time.TotalMilliseconds:F0} ms, {cpu.TotalMilliseconds:F0} ms of CPU time. "
                + $"Resident at idle: {idle / 1e6:F1} MB.\n"
        );
        Line("CPU time of the server for one scrape at rest, gzip:\n");
        Line("| series | bytes | nginx static file | exporter | × nginx | prometheus-net | × | OpenTelemetry | × | push gateway | × |");
        Line("|---|---|---|---|---|---|---|---|---|---|---|");
    }

    /// <param name="size">The size.</param>
    /// <param name="series">Series counted.</param>
    /// <param name="bytes">Of a compressed answer.</param>
    /// <param name="servers">nginx, the exporter, the peers.</param>
    /// <param name="costs">Theirs.</param>
    public void AtRest(Size size, int series, long bytes, IReadOnlyList<Server> servers, IReadOnlyList<TimeSpan> costs)
    {
        var peers = string.Concat(costs.Skip(2).Select(cost => $" {Milliseconds(cost)} | {cost / costs[1]:F0} × |"));
        Line(
            $"| {size.Name} ({series}) | {bytes} | {Milliseconds(costs[0])} | {Milliseconds(costs[1])} | {costs[1] / costs[0]:F2} × "
                + $"|{peers}"
        );
        var resident = servers[1].Resident;
        _least ??= (series, resident);
        var each =
            series == _least.Value.Series ? "–" : $"{(double)(resident - _least.Value.Resident) / (series - _least.Value.Series):F0} bytes";
        _memory.Add(
            $"| {size.Name} ({series}) |{string.Concat(servers.Skip(1).Select(server => $" {server.Resident / 1e6:F0} MB |"))} {each} |"
        );
    }

    /// <param name="size">The size.</param>
    /// <param name="series">Series counted.</param>
    /// <param name="bytes">Of the exporter's body at once and at rest, and of the peers'.</param>
    public void OnTheWire(Size size, int series, IReadOnlyList<long> bytes) =>
        _wire.Add($"| {size.Name} ({series}) |{string.Concat(bytes.Select(body => $" {(double)body / series:F1} |"))}");

    /// <param name="series">Series counted.</param>
    /// <param name="resident">Resident memory when all was polled.</param>
    public void Loaded(int series, long resident) =>
        _loaded.Add($"| {series} | {resident / 1e6:F0} MB | {(double)(resident - _idle) / series:F0} bytes |");

    /// <param name="size">The size.</param>
    /// <param name="period">Between two scrapes.</param>
    /// <param name="costs">Of nginx, the exporter at rest, the exporter while polls commit.</param>
    /// <param name="percentiles">Of the exporter at rest and while polls commit.</param>
    public void WhilePollsCommit(Size size, TimeSpan period, IReadOnlyList<TimeSpan> costs, IReadOnlyList<TimeSpan> percentiles)
    {
        var ratios = costs.Skip(1).Select(cost => $" {Milliseconds(cost)} | {cost / costs[0]:F2} × |");
        _busy.Add(
            $"| {size.Name} | {size.ChangedPerScrape} of {size.Automations} | {period.TotalSeconds:0.#} s | {Milliseconds(costs[0])} "
                + $"|{string.Concat(ratios)}"
        );
        _crowds.Add(
            $"| {size.Name} | {Milliseconds(percentiles[0])} | {Milliseconds(percentiles[1])} | {percentiles[1] / percentiles[0]:F2} × |"
        );
    }

    /// <summary>The tables that were collected meanwhile.</summary>
    public void End()
    {
        Line("\nCPU time that one scrape adds, with time between the scrapes, and polls that commit in it:\n");
        Line("| series | automations changed | a scrape each | nginx | exporter at rest | × nginx | while polls commit | × nginx |");
        Line("|---|---|---|---|---|---|---|---|");
        _busy.ForEach(Line);
        Line($"\nThe slowest of a hundred scrapes (p99), {Crowd.Scrapers} scrapers at the same time:\n");
        Line("| series | at rest | while polls commit | × |");
        Line("|---|---|---|---|");
        _crowds.ForEach(Line);
        Line("\nBytes a series of the gzip body:\n");
        Line("| series | exporter, at once | at rest | prometheus-net | OpenTelemetry | push gateway |");
        Line("|---|---|---|---|---|---|");
        _wire.ForEach(Line);
        Line("\nResident memory when all is polled, before the scrapes:\n");
        Line("| series | exporter | for each series beyond idle |");
        Line("|---|---|---|");
        _loaded.ForEach(Line);
        Line("\nResident memory after the scrapes at rest:\n");
        Line("| series | exporter | prometheus-net | OpenTelemetry | push gateway | exporter, for each series beyond the first row |");
        Line("|---|---|---|---|---|---|");
        _memory.ForEach(Line);
        Line("\nPolling an API with 80 ms latency and more work than it allows:\n");
        Line("| requests/s allowed | the API counts | used | 429 | spacing, deviation ÷ mean | busiest second |");
        Line("|---|---|---|---|---|---|");
    }

    public void Efficiency(int rate, bool apiCounts, Efficiency efficiency) =>
        Line(
            $"| {rate} | {(apiCounts ? "yes" : "no")} | {efficiency.Used:P1} | {efficiency.Refused} | {efficiency.Spacing:F3} | "
                + $"{efficiency.Busiest:P0} |"
        );

    public void PollCost((TimeSpan Exporter, TimeSpan Client) page) =>
        Line(
            $"\nCPU time of a polled page of 100 links, everything included: {Milliseconds(page.Exporter)}; "
                + $"of a client that only reads it: {Milliseconds(page.Client)}; {page.Exporter / page.Client:F2} ×."
        );

    public void ManyCampaigns((TimeSpan Time, TimeSpan Cpu, long Resident) start) =>
        Line(
            $"\n{Benchmarks.StartUp.Many.Automations:N0} automations in one account, from exec to the first answered scrape: "
                + $"{start.Time.TotalMilliseconds:F0} ms; {start.Resident / 1e6:F0} MB some seconds later."
        );

    /// <summary>Begins the table of two builds.</summary>
    public void CompareTable()
    {
        Line("\n| | former | now | now ÷ former |");
        Line("|---|---|---|---|");
    }

    /// <param name="what">What was measured.</param>
    /// <param name="times">Of the former build, and of this one.</param>
    public void Compare(string what, IEnumerable<TimeSpan> times)
    {
        TimeSpan[] both = [.. times];
        Line($"| {what} | {Milliseconds(both[0])} | {Milliseconds(both[1])} | {both[1] / both[0]:F2} |");
    }

    /// <param name="what">What was measured.</param>
    /// <param name="bytes">Of the former build, and of this one.</param>
    public void CompareResident(string what, IEnumerable<long> bytes)
    {
        long[] both = [.. bytes];
        Line($"| {what} | {both[0] / 1e6:F1} MB | {both[1] / 1e6:F1} MB | {(double)both[1] / both[0]:F2} |");
    }

    private static string Milliseconds(TimeSpan time) =>
        time.TotalMilliseconds.ToString(time.TotalMilliseconds < 1 ? "0.000 ms" : "0.00 ms", CultureInfo.InvariantCulture);

    private void Line(string text) => output.WriteLine(text);
}
