namespace Simulator;

/// <summary>Draws small recounts of random links, from the start to two months after the present.</summary>
internal static class Corrections
{
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(60);

    public static IEnumerable<WorldEvent> Draw(
        IEnumerable<SimulatedAccount> accounts,
        Dice dice,
        double perLinkWeek,
        DateTimeOffset start,
        DateTimeOffset now
    ) =>
        from automation in accounts.SelectMany(account => account.Automations)
        from step in automation.Steps
        from link in step.Links
        from week in Enumerable.Range(1, (int)((now + Ahead - start).TotalDays / 7))
        let draw = dice.For(step.Id).For(link.Location).For(week)
        where draw.Uniform() < perLinkWeek
        select new ClicksCorrected(
            start.AddDays(7 * (week + draw.For(1).Uniform())),
            automation.Id,
            step.Id,
            link.Location,
            Share: draw.For(2).Between(0.002, 0.015),
            Over: TimeSpan.FromDays(7)
        );
}
