using System.Net;
using System.Text.RegularExpressions;
using Exporter.Configuration;
using Exporter.Hosting;
using Exporter.Tests.Cli;
using Exporter.Tests.SendGrid;
using Exporter.Tests.VirtualTime;
using Exporter.Tests.Weather;

namespace Exporter.Tests.Answers;

/// <summary>
/// Every member of every answer, absent, null, of each wrong kind, too large, given twice: each ends as documented, and the others go on.
/// One run of a command asks for all of them.
/// </summary>
[Collection(nameof(OnVirtualTime))]
public sealed partial class AnswerMatrixTests : IAsyncDisposable
{
    private readonly AnswerMatrix _matrix = new();
    private readonly VirtualMachine _machine = new() { Network = Clients.Network };
    private readonly WireServer _server;

    public AnswerMatrixTests() => _server = new WireServer(_matrix.Respond);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_running_exporter_tells_what_it_can_of_each_and_all_of_the_others()
    {
        using var log = new LogLines();
        var scrape = await ServeAsync(_matrix.Configuration(_server.BaseUrl, AnswerKind.Walks, AnswerKind.Lists, AnswerKind.Names), log);

        Assert.DoesNotContain(
            log.All,
            line => line.Contains("internal error", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal)
        );
        AssertEnds(scrape, "automation", _matrix.Links, Answer.OfWalk);
        AssertEnds(scrape, "automation", _matrix.Statistics, Answer.OfWalk);
        AssertEnds(scrape, "singlesend", _matrix.SingleSendLinks, Answer.OfWalk);
        AssertEnds(scrape, "singlesend", _matrix.SingleSendStatistics, Answer.OfWalk);
        AssertEnds(scrape, "automation", [.. Good.Select(good => (good.Automation, good.Changed))], static _ => Answer.Good);

        var statistics = scrape
            .Series.Select(static series => Statistic().Match(series))
            .Where(static series => series.Success)
            .ToLookup(static series => series.Groups["id"].Value, StringComparer.Ordinal);
        Assert.All(
            _matrix.Statistics.Concat(_matrix.SingleSendStatistics).Where(static each => Answer.OfWalk(each.Changed) == Answer.Good),
            each => Assert.Equal((Answer.Statistics(each.Changed), Name(each.Changed)), (statistics[each.Id].Count(), Name(each.Changed)))
        );
        Assert.All(
            _matrix.Links.Where(static each => Answer.OfWalk(each.Changed) == Answer.Good),
            each => Assert.Equal(12, statistics[each.Id].Count())
        );

        AssertLists(scrape, "automations", _matrix.Lists, Answer.OfList);
        AssertLists(scrape, "single_sends", _matrix.SingleSendLists, Answer.OfList);
        AssertLists(scrape, "automations", _matrix.Names, static _ => Answer.Good);
        var named = scrape
            .Family("sendgrid_automation_info", "name=\"Second\"")
            .Keys.Select(static labels => Label(labels, "account"))
            .ToHashSet(StringComparer.Ordinal);
        Assert.All(_matrix.Names, each => Assert.True(named.Contains(each.Account) == IsNamed(each.Changed), Name(each.Changed)));
    }

    [Fact]
    public async Task Doctor_says_of_each_whether_it_can_be_read()
    {
        var (code, output, _) = await _machine.RunAsync(
            "doctor",
            _matrix.Configuration(_server.BaseUrl, AnswerKind.Walks, AnswerKind.Lists, AnswerKind.Scopes)
        );

        Assert.Equal(3, code);
        Assert.DoesNotContain("internal error", output, StringComparison.Ordinal);
        var results = Check()
            .Matches(output)
            .ToDictionary(
                static row => $"{row.Groups["account"].Value} {row.Groups["check"].Value}",
                static row => row.Groups["result"].Value,
                StringComparer.Ordinal
            );
        Assert.All(
            _matrix.Links.Concat(_matrix.Statistics),
            each =>
                Assert.Equal(
                    (Result(Answer.OfWalk(each.Changed)), Name(each.Changed)),
                    (results[$"{_matrix.AccountOf(each.Id)} automation {each.Id}"], Name(each.Changed))
                )
        );
        Assert.All(
            _matrix.SingleSendLinks.Concat(_matrix.SingleSendStatistics),
            each =>
                Assert.Equal(
                    (Result(Answer.OfWalk(each.Changed)), Name(each.Changed)),
                    (results[$"{_matrix.AccountOf(each.Id)} Single Send {each.Id}"], Name(each.Changed))
                )
        );
        Assert.All(
            _matrix.Lists,
            each =>
                Assert.Equal(
                    (Result(Answer.OfList(each.Changed)), Name(each.Changed)),
                    (results[$"{each.Account} list of automations"], Name(each.Changed))
                )
        );
        Assert.All(
            _matrix.SingleSendLists,
            each =>
                Assert.Equal(
                    (Result(Answer.OfList(each.Changed)), Name(each.Changed)),
                    (results[$"{each.Account} list of single sends"], Name(each.Changed))
                )
        );
        Assert.All(
            _matrix.Lists.Concat(_matrix.SingleSendLists),
            each => Assert.Equal(("ok", Name(each.Changed)), (results[$"{each.Account} automation {each.Automation}"], Name(each.Changed)))
        );
        Assert.All(
            _matrix.Scopes,
            each =>
                Assert.Equal(
                    (each.Changed.Change == JsonChange.Deep ? "FAILED" : "ok", Name(each.Changed)),
                    (results[$"{each.Account} key accepted"], Name(each.Changed))
                )
        );
        Assert.All(
            _matrix.Scopes.Where(static each => each.Changed.Change != JsonChange.Deep),
            each =>
                Assert.Equal(
                    (
                        each.Changed.Change == JsonChange.Twice
                        || (each.Changed.Member == "scopes[]" && each.Changed.Change == JsonChange.TwiceThenNull)
                            ? "ok"
                            : "warning",
                        Name(each.Changed)
                    ),
                    (results[$"{each.Account} scopes"], Name(each.Changed))
                )
        );
    }

    [Fact]
    public async Task A_plan_says_which_could_not_be_counted()
    {
        var (code, output, error) = await _machine.RunAsync(
            "plan",
            _matrix.Configuration(_server.BaseUrl, AnswerKind.Walks, AnswerKind.Lists)
        );

        Assert.Equal(1, code);
        Assert.Contains("What could be counted fits.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", error, StringComparison.Ordinal);
        var missing = NotCounted().Matches(error).Select(static line => line.Groups["what"].Value).Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                .. _matrix
                    .Links.Concat(_matrix.Statistics)
                    .Concat(_matrix.SingleSendLinks)
                    .Concat(_matrix.SingleSendStatistics)
                    .Where(static each => Answer.OfWalk(each.Changed) != Answer.Good)
                    .Select(each => $"{_matrix.AccountOf(each.Id)}: {each.Id}")
                    .Concat(
                        _matrix
                            .Lists.Where(static each => Answer.OfList(each.Changed) != Answer.Good)
                            .Select(static each => $"{each.Account}: the list of automations")
                    )
                    .Concat(
                        _matrix
                            .SingleSendLists.Where(static each => Answer.OfList(each.Changed) != Answer.Good)
                            .Select(static each => $"{each.Account}: the list of single_sends")
                    )
                    .Order(StringComparer.Ordinal),
            ],
            missing
        );
    }

    [Fact]
    public async Task A_backfill_writes_what_it_can_read_and_says_what_it_leaves_out()
    {
        var (code, output, error) = await _machine.RunAsync(
            "backfill",
            _matrix.Configuration(_server.BaseUrl, AnswerKind.Walks, AnswerKind.Days),
            "--from=2026-02-28",
            "--every=1d"
        );

        Assert.Equal(3, code);
        Assert.EndsWith("# EOF\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", error, StringComparison.Ordinal);
        var missing = Gap()
            .Matches(error)
            .Where(static line => line.Groups["kind"].Value == "missing")
            .Select(static line => line.Groups["what"].Value)
            .ToHashSet(StringComparer.Ordinal);
        var leftOut = Gap()
            .Matches(error)
            .Where(static line => line.Groups["kind"].Value == "left out")
            .Select(static line => line.Groups["what"].Value)
            .ToHashSet(StringComparer.Ordinal);
        var written = output
            .Split('\n')
            .Where(static line => line.Contains("automation=\"", StringComparison.Ordinal))
            .ToLookup(
                static line => Label(line, "automation"),
                static line => Moment().Replace(Who().Replace(line, ""), ""),
                StringComparer.Ordinal
            );
        var whole = written[_matrix.Untouching.Automation].ToList();
        Assert.Equal(12 * 3, whole.Count);
        Assert.Contains(
            whole,
            static line =>
                line.EndsWith($" 1 {new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds()}", StringComparison.Ordinal)
        );
        Assert.Contains(
            whole,
            static line =>
                line.EndsWith($" 0 {new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds()}", StringComparison.Ordinal)
        );

        Assert.All(_matrix.Links, each => Assert.True(written[each.Id].SequenceEqual(whole), Name(each.Changed)));
        Assert.All(
            _matrix.Statistics.Concat(_matrix.Days),
            each => Assert.True(missing.Contains(each.Id) == (Answer.OfWalk(each.Changed) != Answer.Good), Name(each.Changed))
        );

        // Days without rows are days on which nothing happened; all others are told whole, or it is said that they are not.
        Assert.All(
            _matrix.Days.Where(static each =>
                each.Changed.Member is not ("results" or "results[]") && Answer.OfWalk(each.Changed) == Answer.Good
            ),
            each => Assert.True(leftOut.Contains(each.Id) || written[each.Id].SequenceEqual(whole), Name(each.Changed))
        );
        Assert.All(
            _matrix.Days.Where(static each =>
                each.Changed.Member is "results[].aggregation" && each.Changed.Change is not (JsonChange.Twice or JsonChange.Deep)
            ),
            each => Assert.True(leftOut.Contains(each.Id) && !written.Contains(each.Id), Name(each.Changed))
        );
        Assert.All(
            _matrix.Statistics.Where(static each => Answer.OfWalk(each.Changed) == Answer.Good && Answer.Statistics(each.Changed) == 11),
            each => Assert.True(leftOut.Contains(each.Id) && written[each.Id].Count() == 11 * 3, Name(each.Changed))
        );
    }

    /// <summary>What is asked for beside what is changed.</summary>
    private IEnumerable<(string Account, string Automation, JsonChange Changed)> Good =>
        [
            .. _matrix.Lists,
            .. _matrix.SingleSendLists,
            .. _matrix.Names,
            (AnswerMatrix.Untouched, _matrix.Untouching.Automation, new JsonChange("", "nothing", "")),
        ];

    private async Task<Scrape> ServeAsync(string configuration, LogLines log)
    {
        var options = ConfigurationReader.Read("matrix.yml", configuration, static _ => null).Options!;
        await using var app = ExporterHost.Build(
            options,
            new ServeOptions { ListenAddresses = [new ListenAddress(IPAddress.Loopback, 0)] },
            new Surroundings
            {
                Time = _machine.Clock,
                Connect = _machine.Network.ConnectAsync,
                Listeners = _machine.Network,
                Log = log,
            }
        );
        await app.StartAsync(TestContext.Current.CancellationToken);
        await _machine.Clock.ForAsync(TimeSpan.FromSeconds(20));
        // Its connection ends before the stop: whether the server's own end of it comes at once is no matter of the virtual clock.
        var http = _machine.Network.Client(new Uri(app.Urls.First()));
        var scrape = new Scrape(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken));
        Assert.NotEmpty(await http.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken));
        Assert.NotEmpty(await http.GetStringAsync(new Uri("/api/v1/status", UriKind.Relative), TestContext.Current.CancellationToken));
        using (var pages = await http.GetAsync(new Uri("/sd/links", UriKind.Relative), TestContext.Current.CancellationToken))
        {
            // Accounts whose list is not readable are not known.
            Assert.Equal(HttpStatusCode.ServiceUnavailable, pages.StatusCode);
        }

        http.Dispose();
        await _machine.Clock.UntilAsync(app.StopAsync(CancellationToken.None));
        return scrape;
    }

    private static void AssertEnds(
        Scrape scrape,
        string kind,
        IReadOnlyList<(string Id, JsonChange Changed)> campaigns,
        Func<JsonChange, string> expected
    )
    {
        var up = scrape
            .Family($"sendgrid_{kind}_up")
            .ToLookup(sample => Label(sample.Key, kind), static sample => sample.Value, StringComparer.Ordinal);
        var failed = scrape
            .Family($"sendgrid_{kind}_poll_failures_total")
            .Where(static sample => sample.Value > 0)
            .ToLookup(sample => Label(sample.Key, kind), static sample => Label(sample.Key, "reason"), StringComparer.Ordinal);
        Assert.All(
            campaigns,
            campaign =>
            {
                var end = up[campaign.Id].All(static value => value.Equals(1)) ? Answer.Good : failed[campaign.Id].FirstOrDefault("none");
                Assert.Equal((expected(campaign.Changed), Name(campaign.Changed)), (end, Name(campaign.Changed)));
                Assert.NotEmpty(up[campaign.Id]);
            }
        );
    }

    private static void AssertLists(
        Scrape scrape,
        string kind,
        IReadOnlyList<(string Account, string Automation, JsonChange Changed)> accounts,
        Func<JsonChange, string> expected
    )
    {
        var failed = scrape
            .Family("sendgrid_discovery_failures_total", $"kind=\"{kind}\"")
            .Where(static sample => sample.Value > 0)
            .ToLookup(static sample => Label(sample.Key, "account"), static sample => Label(sample.Key, "reason"), StringComparer.Ordinal);
        Assert.All(
            accounts,
            account =>
                Assert.Equal(
                    (expected(account.Changed), Name(account.Changed)),
                    (failed[account.Account].FirstOrDefault(Answer.Good), Name(account.Changed))
                )
        );
    }

    private static bool IsNamed(JsonChange changed) =>
        changed.Change != JsonChange.Deep && (changed.Member != "result" || changed.Change == JsonChange.Twice);

    private static string Result(string end) => end == Answer.Good ? "ok" : "FAILED";

    private static string Name(JsonChange changed) => $"{changed.Path} {changed.Change}";

    private static string Label(string labels, string name)
    {
        var start = labels.IndexOf($"{name}=\"", StringComparison.Ordinal) + name.Length + 2;
        return labels[start..labels.IndexOf('"', start)];
    }

    [GeneratedRegex(
        "^sendgrid_(automation_step|singlesend)_(?!info|link|up|last|poll|count|rows)\\w+\\{.*(automation|singlesend)=\"(?<id>[^\"]+)\"",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Statistic();

    [GeneratedRegex(
        @"^ *\d+ +(?<account>[-\w]+) {2,}(?<check>.+?) {2,}(?<result>ok|warning|FAILED) ",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        10_000
    )]
    private static partial Regex Check();

    [GeneratedRegex(
        "^not counted: account (?<what>[-\\w]+: (the list of \\w+|[-0-9a-f]{36})): ",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        10_000
    )]
    private static partial Regex NotCounted();

    /// <summary>What differs between automations of which the same is told: whose it is, and when it was asked for.</summary>
    [GeneratedRegex("(account|automation)=\"[^\"]*\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Who();

    /// <inheritdoc cref="Who"/>
    [GeneratedRegex(@"(?<= )\d+\.\d+$", RegexOptions.None, 1000)]
    private static partial Regex Moment();

    [GeneratedRegex("^(?<kind>missing|left out): (?<what>[-0-9a-f]{36}): ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Gap();
}
