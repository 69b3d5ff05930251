using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Exporter.Engines;
using Exporter.Tests.Deploy;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.Dashboards;

/// <summary>
/// Every query of every dashboard, asked of a real Prometheus that holds a simulated month, and of other engines that hold the same.
/// </summary>
[Collection(nameof(OnVirtualTime))]
public sealed partial class PanelsTests(MonthFixture fixture) : IClassFixture<MonthFixture>
{
    /// <summary>What Grafana puts in for its own variables over a week.</summary>
    private static readonly IReadOnlyList<KeyValuePair<string, string>> BuiltIn =
    [
        new("$__rate_interval", "20m"),
        new("$__interval", "30m"),
        new("$__range", "7d"),
    ];

    private static readonly TimeSpan Step = TimeSpan.FromMinutes(30);

    /// <summary>In what part of its numbers a panel is the same to who looks at it.</summary>
    private const double Same = 0.9;

    /// <summary>
    /// Panels that show something else in an engine than in Prometheus 2. VictoriaMetrics looks back over a whole step, Prometheus over
    /// five minutes: an alert that lasted for less than an hour lasts up to a step longer there.
    /// </summary>
    private static readonly IReadOnlyDictionary<EngineKind, string[]> Differ = new Dictionary<EngineKind, string[]>
    {
        [EngineKind.Prometheus3] = [],
        [EngineKind.VictoriaMetrics] = ["automation, Alert history B"],
    };

    public static TheoryData<string> Files => [.. RepositoryFiles.Dashboards];

    public static TheoryData<string> OtherEngines => [.. Differ.Keys.Select(engine => engine.Name)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task No_panel_is_empty(string file)
    {
        var empty = new List<string>();
        foreach (var (panel, query, isInstant) in Queries(file))
        {
            var answer = await fixture.Recorded.AskAsync(EngineKind.Prometheus2, query, Step, TestContext.Current.CancellationToken);
            if ((isInstant ? answer.Since(SimulatedMonth.End) : answer).Points.Count == 0)
            {
                empty.Add($"{panel}: {query}");
            }
        }

        Assert.Empty(empty);
    }

    [Theory]
    [MemberData(nameof(OtherEngines))]
    public async Task A_panel_shows_the_same_in_every_engine(string name)
    {
        var engine = EngineKind.Named(name);
        var agreements = new List<(string Panel, double Agreement)>();
        foreach (var (panel, query, isInstant) in RepositoryFiles.Dashboards.SelectMany(Queries))
        {
            var others = await fixture.Recorded.AskAsync(engine, query, Step, TestContext.Current.CancellationToken);
            var answer = await fixture.Recorded.AskAsync(EngineKind.Prometheus2, query, Step, TestContext.Current.CancellationToken);
            var from = isInstant ? SimulatedMonth.End : SimulatedMonth.Recent;
            agreements.Add((panel, answer.Since(from).AgreementWith(others.Since(from))));
        }

        foreach (var (panel, agreement) in agreements.Where(panel => panel.Agreement < 1).OrderBy(panel => panel.Agreement))
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"{agreement:P1} {panel}");
        }

        Assert.Equal(
            Differ[engine].Order(StringComparer.Ordinal),
            agreements.Where(panel => panel.Agreement < Same).Select(panel => panel.Panel).Order(StringComparer.Ordinal)
        );
    }

    /// <summary>
    /// What a row is called by comes from other series than the row: the name of a step, the URL of a link. A step may have none of them,
    /// nor a link that was ever clicked. Here every query is asked in such a world: what is only joined to a row is not there.
    /// </summary>
    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_row_stays_where_nothing_else_is_known_of_its_step(string file)
    {
        foreach (var (panel, query, _) in Queries(file))
        {
            var alone = WithoutWhatIsJoined(query);
            var rows = await RowsAsync(query);

            Assert.True(rows.SetEquals(await RowsAsync(alone)), $"{panel}: {alone}");
            Assert.True(alone != query || !query.Contains("group_left (step)", StringComparison.Ordinal), panel);
        }

        async Task<HashSet<(string, long)>> RowsAsync(string query)
        {
            var rows = $"group without (step, url, what) ({query})";
            return
            [
                .. (await fixture.Recorded.AskAsync(EngineKind.Prometheus2, rows, Step, TestContext.Current.CancellationToken)).Points.Keys,
            ];
        }
    }

    /// <summary>
    /// The window chosen at the top is a day, in which a link that broke an hour ago has lost next to nothing.
    /// </summary>
    [Fact]
    public async Task The_light_of_the_link_is_red_as_soon_as_its_alert_fires_whatever_the_window()
    {
        var (_, light, _) = Queries("grafana/dashboards/automation.json")
            .Single(query => query.Panel == "automation, 5 · The link: clicks A");
        var alert =
            $"max(ALERTS{{alertname=\"SendGridLinkClicksStopped\", alertstate=\"firing\", automation=\"{SimulatedMonth.WithTheDeadLink}\"}})";
        var shown = (await AskAsync(light)).Points.ToDictionary(point => point.Key.Time, point => point.Value);
        var firing = (await AskAsync(alert)).Points.Keys.Select(point => point.Time).Order().ToList();

        Assert.InRange(firing.Count, 30, 42);
        Assert.All(firing, time => Assert.InRange(shown[time], 0, 0.39));

        Task<Answer> AskAsync(string query) =>
            fixture.Recorded.AskAsync(EngineKind.Prometheus2, query, Step, TestContext.Current.CancellationToken);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task No_variable_and_no_annotation_is_empty(string file)
    {
        var dashboard = JsonNode.Parse(RepositoryFiles.Read(file))!;
        var asked = Dashboard
            .VariableQueries(dashboard)
            .Select(variable => (variable.Name, Query: $"count by ({variable.Label}) ({variable.Selector})"))
            .Concat(Dashboard.Annotations(dashboard).Select(annotation => (annotation.Name, annotation.Query)));
        var empty = new List<string>();
        foreach (var (name, text) in asked)
        {
            var query = Filled(text, dashboard);
            var fiveMinutes = TimeSpan.FromMinutes(5);
            var answer = await fixture.Recorded.AskAsync(EngineKind.Prometheus2, query, fiveMinutes, TestContext.Current.CancellationToken);
            if (answer.Points.Count == 0)
            {
                empty.Add($"{name}: {query}");
            }
        }

        Assert.Empty(empty);
    }

    [Fact]
    public void Rules_and_dashboards_name_only_what_is_on_a_live_page()
    {
        Assert.SkipWhen(fixture.Month.Account is null, "a month that is kept to be looked at has no label account");

        // Said by a program that was started with a file, keeps its state and discovers Single Sends; here it does none of it.
        string[] elsewhere =
        [
            "sendgrid_exporter_config_last_reload_successful",
            "sendgrid_exporter_web_config_last_reload_successful",
            "sendgrid_exporter_state_usable",
            "sendgrid_singlesend_listed",
        ];
        var page = PrometheusText
            .Parse(fixture.Month.Page)
            .Series.Keys.Select(series => Series().Match(series))
            .ToLookup(
                series => series.Groups["name"].Value,
                series => series.Groups["label"].Captures.Select(label => label.Value).ToHashSet(StringComparer.Ordinal),
                StringComparer.Ordinal
            );

        Assert.Empty(
            from use in Expressions.NamesInUse()
            where
                !elsewhere.Any(begin => use.Metric.StartsWith(begin, StringComparison.Ordinal))
                && !use.File.StartsWith("deploy/prometheus/tests/", StringComparison.Ordinal)
            where !page[use.Metric].Any(use.Labels.IsSubsetOf)
            select $"{use.File}: {use.Metric}{{{string.Join(',', use.Labels)}}}"
        );
    }

    /// <summary>
    /// The query, in what it joins for the sake of a label, asks for names that nothing has, unless the rows themselves are made of them.
    /// </summary>
    private static string WithoutWhatIsJoined(string query)
    {
        var joined = Joins()
            .Matches(query)
            .Select(join => (From: join.Index + join.Length, To: Closing(query, join.Index + join.Length)))
            .ToList();
        var names = Names()
            .Matches(query)
            .Where(name => name.Value is "ALERTS" || name.Value.Contains("sendgrid", StringComparison.Ordinal))
            .ToList();
        var own = names.Where(name => !IsJoined(name)).Select(name => name.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var name in names.Where(name => IsJoined(name) && !own.Contains(name.Value)).Reverse())
        {
            query = query.Insert(name.Index, "nothing_");
        }

        return query;

        bool IsJoined(Match name) => joined.Exists(join => join.From <= name.Index && name.Index < join.To);

        static int Closing(string text, int from)
        {
            var at = from;
            for (var open = 1; open > 0; at++)
            {
                open += text[at] switch
                {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
            }

            return at;
        }
    }

    /// <summary>What the panels of a dashboard ask; each query is called by its panel and its letter.</summary>
    private static IEnumerable<(string Panel, string Query, bool IsInstant)> Queries(string file)
    {
        var dashboard = JsonNode.Parse(RepositoryFiles.Read(file))!;
        return from panel in Dashboard.Panels(dashboard)
            from target in panel["targets"]?.AsArray() ?? []
            select (
                $"{Path.GetFileNameWithoutExtension(file)}, {panel["title"]} {target["refId"]}",
                Filled(target["expr"]!.GetValue<string>(), dashboard),
                target["instant"]?.GetValue<bool>() is true
            );
    }

    /// <summary>
    /// A query as Grafana sends it when nothing was chosen, or where one must be chosen the automation with the dead link.
    /// </summary>
    private static string Filled(string query, JsonNode dashboard)
    {
        var values = dashboard["templating"]!["list"]!
            .AsArray()
            .Select(variable =>
                KeyValuePair.Create(
                    $"${variable!["name"]}",
                    variable["allValue"]?.GetValue<string>() is { Length: > 0 } all ? all
                        : variable["current"]?["value"]?.GetValue<string>() is { Length: > 0 } current ? current
                        : SimulatedMonth.WithTheDeadLink
                )
            );
        return BuiltIn
            .Concat(values.OrderByDescending(value => value.Key.Length))
            .Aggregate(query, (text, value) => text.Replace(value.Key, value.Value, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"group_left \(\w+\) \(", RegexOptions.None, 1000)]
    private static partial Regex Joins();

    [GeneratedRegex(@"[a-zA-Z_:][\w:]*(?=\{)", RegexOptions.None, 1000)]
    private static partial Regex Names();

    [GeneratedRegex("""^(?<name>\w+)(\{((?<label>\w+)="([^"\\]|\\.)*",?)*\})?$""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Series();
}
