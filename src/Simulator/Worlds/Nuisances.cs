namespace Simulator;

/// <summary>Draws disturbances that are not faults, from the world's start to two months after the present.</summary>
internal static class Nuisances
{
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(60);

    /// <summary>An account gets 30 to 60 % of its answers for one to three days, and sends a little less.</summary>
    public static IEnumerable<WorldEvent> Holidays(
        IEnumerable<SimulatedAccount> accounts,
        Dice dice,
        double perMonth,
        DateTimeOffset start,
        DateTimeOffset now
    ) =>
        from account in accounts
        from draw in Days(dice.For(account.Name), perMonth, start, now)
        let until = draw.Day.AddDays(1 + draw.Dice.For(1).Below(3))
        from happening in AnswersChanged
            .Everywhere(account, draw.Day, draw.Dice.For(2).Between(0.3, 0.6), until)
            .Concat(
                account.Automations.Select(a => new DeliveriesChanged(
                    draw.Day,
                    a.Id,
                    StepId: null,
                    draw.Dice.For(3).Between(0.7, 1),
                    until
                ))
            )
        select happening;

    /// <summary>About twice a week a scanner clicks one link 50 to 500 times within 2 to 20 minutes.</summary>
    public static IEnumerable<WorldEvent> Bursts(
        IEnumerable<SimulatedAccount> accounts,
        Dice dice,
        double shareOfSteps,
        DateTimeOffset start,
        DateTimeOffset now
    ) =>
        from automation in accounts.SelectMany(account => account.Automations)
        from step in automation.Steps
        where dice.For(step.Id).Uniform() < shareOfSteps
        from draw in Days(dice.For(step.Id).For(1), 60 / 7.0, start, now)
        select new ClicksBurst(
            draw.Day.AddDays(draw.Dice.For(1).Uniform()),
            automation.Id,
            step.Id,
            step.Links[draw.Dice.For(2).Below(step.Links.Count)].Location,
            (int)(50 * Math.Pow(10, draw.Dice.For(3).Uniform())),
            TimeSpan.FromMinutes(draw.Dice.For(4).Between(2, 20))
        );

    /// <summary>A step is sent once to 20 to 200 times as many people as in any other hour of the day.</summary>
    public static IEnumerable<WorldEvent> OneOffSends(
        IEnumerable<SimulatedAccount> accounts,
        Dice dice,
        double perStepMonth,
        DateTimeOffset start,
        DateTimeOffset now
    ) =>
        from automation in accounts.SelectMany(account => account.Automations)
        from step in automation.Steps
        from draw in Days(dice.For(step.Id), perStepMonth, start, now)
        let at = draw.Day.AddHours(draw.Dice.For(1).Between(7, 20))
        select new DeliveriesChanged(
            at,
            automation.Id,
            step.Id,
            20 * Math.Pow(10, draw.Dice.For(2).Uniform()),
            at.AddHours(draw.Dice.For(3).Between(0.2, 1))
        );

    /// <summary>Returns times in which the numbers stand still: 20 minutes to 4 hours each.</summary>
    public static IReadOnlyList<(DateTimeOffset From, DateTimeOffset Until)> Freezes(
        Dice dice,
        double perMonth,
        DateTimeOffset start,
        DateTimeOffset now
    ) =>
        [
            .. from draw in Days(dice, perMonth, start, now)
            let begin = draw.Day.AddDays(draw.Dice.For(1).Uniform())
            select (begin, begin.AddMinutes(20 * Math.Pow(12, draw.Dice.For(2).Uniform()))),
        ];

    private static IEnumerable<(DateTimeOffset Day, Dice Dice)> Days(
        Dice dice,
        double perMonth,
        DateTimeOffset start,
        DateTimeOffset now
    ) =>
        from day in Enumerable.Range(0, perMonth > 0 ? (int)(now + Ahead - start).TotalDays : 0)
        let draw = dice.For(day)
        where draw.Uniform() < perMonth / 30
        select (new DateTimeOffset(start.UtcDateTime.Date.AddDays(day), TimeSpan.Zero), draw);
}
