namespace Simulator;

/// <summary>Draws large recounts of a step: of its deliveries, its opens, one link, or several at once, down and up.</summary>
internal static class Recounts
{
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(60);

    /// <param name="accounts">The accounts whose steps are recounted.</param>
    /// <param name="dice">Decides when and how.</param>
    /// <param name="perStepWeek">How often.</param>
    /// <param name="start">The world's start: a recount goes back to it.</param>
    /// <param name="now">The present; recounts are drawn for two months beyond it.</param>
    public static IEnumerable<WorldEvent> Draw(
        IEnumerable<SimulatedAccount> accounts,
        Dice dice,
        double perStepWeek,
        DateTimeOffset start,
        DateTimeOffset now
    ) =>
        from automation in accounts.SelectMany(account => account.Automations)
        from step in automation.Steps
        from week in Enumerable.Range(1, perStepWeek > 0 ? (int)((now + Ahead - start).TotalDays / 7) : 0)
        let draw = dice.For(step.Id).For(week)
        where draw.Uniform() < perStepWeek
        from happening in Of(automation.Id, step, draw, start.AddDays(7 * (week + draw.For("when").Uniform())), start)
        select happening;

    /// <summary>Returns a recount by a tenth of everything at most, usually less.</summary>
    private static IEnumerable<WorldEvent> Of(string automation, SimulatedStep step, Dice draw, DateTimeOffset at, DateTimeOffset start)
    {
        var over = at - start;
        var kind = draw.For("kind").Uniform();
        var of = kind switch
        {
            < 0.3 => 1,
            < 0.6 => 2 + draw.For("links").Below(Math.Max(1, step.Links.Count - 1)),
            < 0.75 => step.Links.Count,
            _ => 0,
        };
        foreach (var link in step.Links.OrderBy(link => draw.For("which").For(link.Location).Uniform()).Take(of))
        {
            yield return new ClicksCorrected(at, automation, step.Id, link.Location, Share("clicks"), over);
        }

        if (kind >= 0.6)
        {
            yield return new StatisticsCorrected(at, automation, step.Id, Share("delivered"), Share("opens"), over);
        }

        double Share(string what) => (draw.For("up").Uniform() < 0.5 ? -1 : 1) * 0.1 * Math.Pow(0.02, draw.For(what).Uniform());
    }
}
