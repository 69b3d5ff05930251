using System.Globalization;
using Simulator;

namespace Exporter.Backtest;

/// <summary>One simulated account over some weeks, and what a Prometheus would have scraped of it.</summary>
/// <remarks>
/// The exporter is played by its promises: every automation polled every five minutes at its own moment, values served for an hour after
/// the last success, nothing during a restart, another instance after it.
/// </remarks>
internal sealed class Trial
{
    /// <summary>The beginning of a block of promtool's largest size: all samples fall into one block.</summary>
    public static readonly DateTimeOffset Start = new(2024, 11, 21, 0, 0, 0, TimeSpan.Zero);

    public static readonly TimeSpan Step = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    private readonly Dice _dice;
    private readonly World _world;
    private readonly IReadOnlyList<(DateTimeOffset From, DateTimeOffset Until)> _outages;
    private readonly IReadOnlyList<(DateTimeOffset From, DateTimeOffset Until)> _restarts;

    public Trial(long seed, double days, int automations, string recipe = "rough", Disturbances disturbances = Disturbances.All)
    {
        (Seed, Days) = (seed, days);
        _dice = Dice.Of(seed).For("backtest");
        End = Start.AddDays(days);
        Script? script = null;
        var options = recipe switch
        {
            "rough" => WorldOptions.Rough(seed, automations, disturbances),
            "strange" => WorldOptions.Strange(seed, automations),
            _ => throw new ArgumentException($"\"{recipe}\" is no recipe: rough, strange", nameof(recipe)),
        };
        _world = World.Create(
            options with
            {
                Start = Start,
                Events = accounts => (script = Script.Draw(accounts, _dice.For("script"), Start, days)).Events,
            },
            End
        );
        Script = script!;
        _outages = Times("outages", count: days / 12, shortestMinutes: 20, longestMinutes: 600);
        IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> restarts = Times(
            "restarts",
            count: days / 7,
            shortestMinutes: 1,
            longestMinutes: 20
        );
        _restarts =
            disturbances is Disturbances.None
                ? [.. restarts]
                : [.. restarts.Concat(Script.Faults.Select(Down).Where(down => down.Until > down.From))];
        Nearby = [.. Disturbance.Of(_world, _outages, _restarts)];
    }

    public long Seed { get; }

    public double Days { get; }

    public DateTimeOffset End { get; }

    public Script Script { get; }

    /// <summary>What stood near when an alarm was false.</summary>
    public IReadOnlyList<Disturbance> Nearby { get; }

    public int Links => Accounts.Sum(account => account.Automations.Sum(automation => automation.Steps.Sum(step => step.Links.Count)));

    public IReadOnlyList<SimulatedAccount> Accounts => _world.Accounts;

    /// <summary>The label: every second world with one account has none.</summary>
    public string AccountLabel(SimulatedAccount account) => Accounts.Count > 1 || Seed % 2 == 0 ? account.Name : "";

    /// <summary>Everything that was scraped, as OpenMetrics text.</summary>
    public void Write(MatrixWriter output)
    {
        for (var at = Start; at <= End; at += Step)
        {
            if (!IsRunning(at))
            {
                continue;
            }

            var target = $"job=\"sendgrid-exporter\",instance=\"exporter-{_restarts.Count(restart => restart.Until <= at)}\",";
            var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            foreach (var account in Accounts)
            {
                var labels = AccountLabel(account) is { Length: > 0 } name ? $"{target}account=\"{name}\"," : target;
                foreach (var automation in account.Automations)
                {
                    Write(output, automation, at, labels, time);
                }
            }
        }
    }

    /// <summary>Around every fifth fault the exporter is down: from up to three hours before it until up to five after it.</summary>
    private (DateTimeOffset From, DateTimeOffset Until) Down(Fault fault, int number)
    {
        var draw = _dice.For("down").For(number);
        return draw.Uniform() < 0.2
            ? (fault.At.AddHours(-draw.For(1).Between(0, 3)), fault.At.AddHours(draw.For(2).Between(0.2, 5)))
            : default;
    }

    private void Write(MatrixWriter output, SimulatedAutomation automation, DateTimeOffset at, string target, string time)
    {
        var polled = PolledAt(automation, at);
        if (polled < Start)
        {
            return;
        }

        var labels = $"{{{target}automation=\"{automation.Name}\"";
        output.Line($"sendgrid_automation_last_success_timestamp_seconds{labels}}} {polled.ToUnixTimeSeconds()} {time}\n");
        output.Line($"sendgrid_automation_poll_interval_seconds{labels}}} 300 {time}\n");
        if (at - polled > MaxAge)
        {
            return;
        }

        foreach (var (step, location, clicks) in LinksAt(automation, polled))
        {
            output.Line(
                $"sendgrid_automation_link_clicks{labels},step_id=\"{StepName(automation, step)}\",url_location=\"{location}\"}} {clicks} "
                    + $"{time}\n"
            );
        }

        foreach (var step in _world.StepTotals(automation.Id, polled).Where(step => IsThere(step.StepId, polled)))
        {
            var name = StepName(automation, step.StepId);
            output.Line($"sendgrid_automation_step_delivered{labels},step_id=\"{name}\"}} {step.Stats.Delivered} {time}\n");
            output.Line($"sendgrid_automation_step_opens{labels},step_id=\"{name}\"}} {step.Stats.Opens} {time}\n");
        }
    }

    /// <summary>When the last complete walk of an automation ended.</summary>
    public DateTimeOffset PolledAt(SimulatedAutomation automation, DateTimeOffset at)
    {
        var polled = at.AddSeconds(-_dice.For(automation.Id).Between(0, 299));
        foreach (var (from, until) in _outages)
        {
            polled = from <= polled && polled < until ? from : polled;
        }

        return polled;
    }

    /// <summary>Whether the exporter runs.</summary>
    public bool IsRunning(DateTimeOffset at) => !_restarts.Any(restart => restart.From <= at && at < restart.Until);

    /// <summary>What a walk finds.</summary>
    public IEnumerable<(string Step, int Location, long Clicks)> LinksAt(SimulatedAutomation automation, DateTimeOffset polled) =>
        _world
            .LinkTotals(automation.Id, polled)
            .Where(row => IsThere(row.StepId, polled))
            .GroupBy(row => (row.StepId, row.Location))
            .Select(row => (row.Key.StepId, row.Key.Location, row.Sum(each => each.Clicks)));

    /// <summary>When a link was taken out of its email; the end when it was not.</summary>
    public DateTimeOffset Removed(string stepId, int location) =>
        Script
            .Events.OfType<LinkRemoved>()
            .Where(e => e.StepId == stepId && e.Location == location)
            .Select(e => e.At)
            .DefaultIfEmpty(End)
            .Min();

    /// <summary>From when on a step sends nothing; never when it goes on.</summary>
    public DateTimeOffset Stalled(string stepId) =>
        Script
            .Events.OfType<DeliveriesChanged>()
            .Where(e => e.StepId == stepId && e.Factor == 0)
            .Select(e => e.At)
            .DefaultIfEmpty(DateTimeOffset.MaxValue)
            .Min();

    /// <summary>Short, so that the text is: the labels are opaque to the rules.</summary>
    public static string StepName(SimulatedAutomation automation, string stepId) => automation.Steps.Single(step => step.Id == stepId).Name;

    private bool IsThere(string stepId, DateTimeOffset at) => !Script.RemovedSteps.TryGetValue(stepId, out var removed) || at < removed;

    private List<(DateTimeOffset From, DateTimeOffset Until)> Times(
        string what,
        double count,
        double shortestMinutes,
        double longestMinutes
    ) =>
        [
            .. from i in Enumerable.Range(0, (int)Math.Round(count))
            let draw = _dice.For(what).For(i)
            let begin = Start.AddDays(draw.For(1).Between(1, Days))
            orderby begin
            select (begin, begin.AddMinutes(shortestMinutes * Math.Pow(longestMinutes / shortestMinutes, draw.For(2).Uniform()))),
        ];
}
