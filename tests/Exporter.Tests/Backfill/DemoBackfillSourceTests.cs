using Exporter.Backfill;
using Exporter.Configuration;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Simulator;

namespace Exporter.Tests.Backfill;

public sealed class DemoBackfillSourceTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 2, 0, TimeSpan.Zero);

    private static readonly World World = WorldAt(Now);

    private static readonly ExporterOptions Options = new()
    {
        Poll = new PollOptions { Interval = TimeSpan.FromSeconds(10) },
        Accounts =
        [
            new AccountOptions
            {
                Api = new ApiOptions { Name = "shop", ApiKey = ApiKey.FromValue(World.Accounts[0].ApiKey) },
            },
        ],
    };

    [Fact]
    public void The_past_is_what_the_world_was_every_five_minutes_up_to_its_present()
    {
        var automation = World.Accounts[0].Automations[1];
        var past = Between(World, Now.AddHours(-1), Now, automation.Name);
        var clicks = past.Where(series => series.Family == "sendgrid_automation_link_clicks").ToList();

        Assert.Equal(automation.Steps.Sum(step => step.Links.Count), clicks.Count);
        Assert.All(
            clicks,
            link =>
            {
                var labels = link.Labels.ToDictionary(label => label.Label, label => label.Value, StringComparer.Ordinal);
                Assert.Equal(("shop", automation.Name), (labels["account"], labels["automation"]));
                Assert.Equal(
                    Enumerable.Range(0, 12).Select(i => new DateTimeOffset(2026, 3, 1, 11, 5, 0, TimeSpan.Zero).AddMinutes(5 * i)),
                    link.Samples.Select(sample => sample.At)
                );
                Assert.Equal(
                    link.Samples.Select(sample =>
                        World
                            .LinkTotals(automation.Id, sample.At)
                            .Single(row => row.StepId == labels["step_id"] && $"{row.Location}" == labels["url_location"])
                            .Clicks
                    ),
                    link.Samples.Select(sample => sample.Value)
                );
            }
        );

        var delivered = past.First(series => series.Family == "sendgrid_automation_step_delivered");
        Assert.Equal(World.StepTotals(automation.Id, delivered.Samples.Last().At)[0].Stats.Delivered, delivered.Samples.Last().Value);
        Assert.Equal(
            clicks.Sum(link => link.Samples.ElementAt(3).Value),
            past.Single(series => series.Family == "sendgrid_automation_reported_clicks").Samples.ElementAt(3).Value
        );
    }

    [Fact]
    public void Whoever_asks_later_about_the_same_time_hears_the_same()
    {
        var (from, until) = (Now.AddHours(-3), Now.AddMinutes(-30));
        Assert.Equal(Text(World, from, until), Text(WorldAt(Now.AddDays(2)), from, until));
    }

    [Fact]
    public void Nothing_is_told_of_the_time_before_the_world() =>
        Assert.All(Between(World, Now.AddYears(-1), Now, "win-back"), series => Assert.Equal(World.Start, series.Samples.First().At));

    private static List<BackfillSeries> Between(World world, DateTimeOffset from, DateTimeOffset until, params string[] wanted) =>
        new DemoBackfillSource(world, Options).Between(from, until, new AutomationFilter(wanted), new BackfillGaps());

    private static World WorldAt(DateTimeOffset now) =>
        World.Create(WorldOptions.Demo() with { Start = new DateTimeOffset(2026, 2, 27, 0, 0, 0, TimeSpan.Zero) }, now);

    private static string Text(World world, DateTimeOffset from, DateTimeOffset until)
    {
        var text = new StringWriter();
        BackfillWriter.Write(text, Between(world, from, until), []);
        return text.ToString();
    }
}
