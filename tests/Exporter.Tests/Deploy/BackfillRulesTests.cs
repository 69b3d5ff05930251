using System.Globalization;

namespace Exporter.Tests.Deploy;

/// <summary>
/// <c>deploy/prometheus/backfill-rules.sh</c> with a real Prometheus: rules of rules, written in any order, get their past.
/// </summary>
public sealed class BackfillRulesTests : IDisposable
{
    private const int From = 1_767_225_600;

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

    /// <summary>Four hours of a link that has three clicks, and what the rules make of them: the last two are the recent ones.</summary>
    private async Task RecordAsync(string rules)
    {
        Directory.CreateDirectory(PathTo("rules"));
        await WriteAsync("rules/shop.yml", rules);
        await WriteAsync(
            "past.om",
            string.Concat(Enumerable.Range(0, 49).Select(i => $"shop_clicks{{link=\"1\"}} 3 {From + (300 * i)}\n")) + "# EOF\n"
        );
        await Tool.Promtool.AssertSucceedsAsync("tsdb", "create-blocks-from", "openmetrics", PathTo("past.om"), PathTo("data"));

        await new Tool("/bin/sh", "dash").AssertSucceedsAsync(
            "-c",
            "PORT=$1 exec \"$2\" \"$3\" \"$4\" \"$5\" \"$6\" \"$7\"",
            "sh",
            $"{FreePort.Find()}",
            Repository.PathTo("deploy/prometheus/backfill-rules.sh"),
            PathTo("rules"),
            PathTo("data"),
            $"{From}",
            $"{From + (2 * 3600)}",
            $"{From + (4 * 3600)}"
        );
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
