using System.Globalization;

namespace Exporter.Tests.Deploy;

/// <summary>
/// <c>deploy/prometheus/backfill-rules.sh</c> with a real Prometheus: rules of rules, written in any order, get their past.
/// </summary>
public sealed class BackfillRulesTests : IDisposable
{
    private const int From = 1_767_225_600;

    private static readonly Tool Shell = new("/bin/sh", "dash");

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("backfill-rules-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_rule_is_recorded_after_those_that_it_is_made_of()
    {
        await RecordAsync(
            """
            groups:
              - name: slow
                interval: 1h
                rules:
                  # sendgrid:none is only spoken of.
                  - record: sendgrid:shop:sum
                    labels: {window: 1h}
                    expr: |
                      sum_over_time(
                        sendgrid:shop:twice[59m]
                      )
                  - alert: SendGridShop
                    expr: sendgrid:shop:sum > 1
              - name: fast
                interval: 5m
                rules:
                  - record: sendgrid:shop:twice
                    expr: 2 * sendgrid:shop:once
                  - {record: "sendgrid:shop:once", expr: shop_clicks}
            """
        );

        // What is only looked at is there of the recent half alone. Groups are evaluated at moments of their own: 11 or 12 samples of 6 lie
        // in any hour.
        var recorded = await RecordedAsync("sendgrid:shop:sum");
        Assert.InRange(recorded.Count, 2, 3);
        Assert.All(recorded, sample => Assert.InRange(sample.Value, 66, 72));
        Assert.All(recorded, sample => Assert.Contains("window=\"1h\"", sample.Series, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_hourly_rule_of_hourly_rules_is_recorded_at_their_moments()
    {
        await RecordAsync(
            """
            groups:
              - name: slow
                interval: 1h
                rules:
                  - record: sendgrid:shop:first
                    expr: shop_clicks
                  - record: sendgrid:shop:second
                    expr: 2 * sendgrid:shop:first
                  - record: sendgrid:shop:third
                    expr: sendgrid:shop:second + sendgrid:shop:first
            """
        );

        var moments = (await RecordedAsync("sendgrid:shop:first")).Select(sample => sample.Time).ToList();
        Assert.NotEmpty(moments);
        Assert.Equal(moments, (await RecordedAsync("sendgrid:shop:second")).Select(sample => sample.Time));
        Assert.Equal(moments, (await RecordedAsync("sendgrid:shop:third")).Select(sample => sample.Time));
    }

    /// <summary>A block that reached up to the present took the last hours of every job from a Prometheus that was started again.</summary>
    [Fact]
    public async Task What_a_Prometheus_has_in_memory_is_still_there_when_the_past_of_its_rules_is_recorded()
    {
        new Tool("prometheus").Require();
        Tool.Promtool.Require();

        // Its own numbers are the other job. All that it scrapes is in memory alone.
        await WriteAsync(
            "memory.yml",
            "{scrape_configs: [{job_name: other, scrape_interval: 200ms, static_configs: [{targets: ['127.0.0.1:PORT']}]}]}"
        );
        await Shell.AssertSucceedsAsync(
            "-c",
            """
            cd "$2"
            sed -i "s/PORT/$1/" memory.yml
            prometheus --config.file=memory.yml --storage.tsdb.path=data --web.listen-address="127.0.0.1:$1" --log.level=error &
            until promtool query instant "http://127.0.0.1:$1" 'count_over_time(up[1h]) >= 20' 2>&1 | grep -q other; do
              kill -0 $! || exit 1
            done
            kill $!
            wait $!
            """,
            "sh",
            $"{FreePort.Find()}",
            _directory.FullName
        );
        var before = await RecordedAsync("up");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        await RecordAsync(
            """
            groups:
              - name: shop
                interval: 2s
                rules:
                  - record: sendgrid:shop:once
                    expr: last_over_time(shop_clicks[4h])
                  - record: sendgrid:shop:sum
                    expr: sum_over_time(sendgrid:shop:once[59m])
            """,
            from: now - (6 * 3600),
            until: now
        );

        Assert.True(before.Count >= 20);
        Assert.Equal($"{before.Count}", await AskAsync("count_over_time(up[1h])"));
        var recorded = await RecordedAsync("sendgrid:shop:once");
        Assert.NotEmpty(recorded);
        var begin = before.Min(static sample => long.Parse(sample.Time, CultureInfo.InvariantCulture));
        Assert.All(recorded, sample => Assert.True(long.Parse(sample.Time, CultureInfo.InvariantCulture) < begin));
    }

    /// <summary>The steps of a subquery are full hours: until the first of them it had no point, and the guide's command no date.</summary>
    [Fact]
    public async Task The_guide_finds_the_first_scrape_from_that_moment_on()
    {
        new Tool("prometheus").Require();
        var command = RepositoryFiles
            .Read("deploy/prometheus/backfill/README.md")
            .Split('\n')
            .Single(line => line.StartsWith("    first=", StringComparison.Ordinal));
        await WriteAsync("first.yml", "{rule_files: [build.yml]}");
        await WriteAsync(
            "build.yml",
            "{groups: [{name: scrape, interval: 200ms, rules: [{record: sendgrid_exporter_build_info, expr: vector(1)}]}]}"
        );
        var begin = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        var first = await Shell.OutputAsync(
            "-c",
            """
            cd "$2"
            prometheus --config.file=first.yml --storage.tsdb.path=data --web.listen-address="127.0.0.1:$1" --log.level=error &
            until promtool query instant "http://127.0.0.1:$1" sendgrid_exporter_build_info 2>&1 | grep -q '=>'; do
              kill -0 $! || exit 1
            done
            eval "$3"
            echo "$first"
            kill $!
            wait $!
            """,
            "sh",
            $"{FreePort.Find()}",
            _directory.FullName,
            command.Replace("localhost:9090", "127.0.0.1:$1", StringComparison.Ordinal)
        );

        Assert.InRange(long.Parse(first, CultureInfo.InvariantCulture), begin, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task A_past_up_to_the_present_is_for_a_new_Prometheus_alone()
    {
        Directory.CreateDirectory(PathTo("data/wal"));

        await Shell.AssertSucceedsAsync(Repository.PathTo("deploy/prometheus/seed.sh"), "no.om.gz", PathTo("data"), "no-rules");

        Assert.Equal([PathTo("data/wal")], Directory.GetFileSystemEntries(PathTo("data")));
    }

    /// <summary>Four hours of a link that has three clicks, and what the rules make of them: the last two are the recent ones.</summary>
    private async Task RecordAsync(string rules, long from = From, long? until = null)
    {
        Directory.CreateDirectory(PathTo("rules"));
        await WriteAsync("rules/shop.yml", rules);
        await WriteAsync(
            "past.om",
            string.Concat(Enumerable.Range(0, 49).Select(i => $"shop_clicks{{link=\"1\"}} 3 {from + (300 * i)}\n")) + "# EOF\n"
        );
        await Tool.Promtool.AssertSucceedsAsync("tsdb", "create-blocks-from", "openmetrics", PathTo("past.om"), PathTo("data"));

        await Shell.AssertSucceedsAsync(
            "-c",
            "PORT=$1 exec \"$2\" \"$3\" \"$4\" \"$5\" \"$6\" \"$7\"",
            "sh",
            $"{FreePort.Find()}",
            Repository.PathTo("deploy/prometheus/backfill-rules.sh"),
            PathTo("rules"),
            PathTo("data"),
            $"{from}",
            $"{from + (2 * 3600)}",
            $"{until ?? from + (4 * 3600)}"
        );
    }

    /// <summary>Asks a Prometheus that is started over the data; promtool alone sees what such a one has forgotten.</summary>
    /// <returns>The value of the only series.</returns>
    private async Task<string> AskAsync(string query)
    {
        await WriteAsync("empty.yml", "{}");
        var told = await Shell.OutputAsync(
            "-c",
            """
            cd "$2"
            prometheus --config.file=empty.yml --storage.tsdb.path=data --web.listen-address="127.0.0.1:$1" --log.level=error &
            until promtool query instant "http://127.0.0.1:$1" "vector(1)" >/dev/null 2>&1; do kill -0 $! || exit 1; done
            promtool query instant "http://127.0.0.1:$1" "$3"
            kill $!
            wait $!
            """,
            "sh",
            $"{FreePort.Find()}",
            _directory.FullName,
            query
        );
        return told.Split("=> ")[1].Split(' ')[0];
    }

    private async Task<List<(string Series, double Value, string Time)>> RecordedAsync(string metric)
    {
        var dump = await Tool.Promtool.OutputAsync("tsdb", "dump", PathTo("data"), $"--match={{__name__=\"{metric}\"}}");
        return
        [
            .. from line in dump.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            let words = line.Split(' ')
            select (line, double.Parse(words[^2], CultureInfo.InvariantCulture), words[^1]),
        ];
    }

    private string PathTo(string name) => Path.Combine(_directory.FullName, name);

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(PathTo(name), text, TestContext.Current.CancellationToken);
}
