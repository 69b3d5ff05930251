namespace Simulator;

/// <summary>
/// Which world is simulated. Start from <see cref="Demo"/>, <see cref="Several"/>, <see cref="Rough"/>, <see cref="Strange"/> or
/// <see cref="Sized"/>.
/// </summary>
public sealed record WorldOptions
{
    private WorldOptions(Func<Dice, DateTimeOffset, DateTimeOffset, IReadOnlyList<SimulatedAccount>> plan) => Plan = plan;

    /// <summary>The same seed, start and present give the same world to the last click. Default 1.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>How long the campaigns have been running. Default six weeks; ignored when <see cref="Start"/> is given.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromDays(42);

    /// <summary>When the first email was sent. Default <see cref="History"/> before now.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>A busy link gets no clicks from this long after the start, on the watcher's clock. Default: none breaks.</summary>
    public TimeSpan? BreakLinkAfter { get; init; }

    /// <summary>How often SendGrid recounts a link and its total falls a little. Default never.</summary>
    public double CorrectionsPerLinkWeek { get; init; }

    /// <summary>Days on which a whole account answers and sends less, one to three in a row. Default none.</summary>
    public double HolidaysPerMonth { get; init; }

    /// <summary>
    /// The part of the steps that link scanners visit: about twice a week one link gets hundreds of clicks in minutes. Default none.
    /// </summary>
    public double ScannedSteps { get; init; }

    /// <summary>How often SendGrid's numbers stand still for 20 minutes to 4 hours while its API answers. Default never.</summary>
    public double FreezesPerMonth { get; init; }

    /// <summary>
    /// How often deliveries, opens, one link or several at once are recounted, by up to a tenth of a lifetime. Default never.
    /// </summary>
    public double RecountsPerStepWeek { get; init; }

    /// <summary>How often a step is sent to many people once, beside its own rhythm. Default never.</summary>
    public double OneOffSendsPerStepMonth { get; init; }

    /// <summary>SendGrid's numbers move once an hour. Default: at once.</summary>
    public bool HourlyReports { get; init; }

    /// <summary>What else is to happen, told with the accounts' ids at hand.</summary>
    public Func<IReadOnlyList<SimulatedAccount>, IEnumerable<WorldEvent>>? Events { get; init; }

    /// <summary>By the dice, the start and the present.</summary>
    internal Func<Dice, DateTimeOffset, DateTimeOffset, IReadOnlyList<SimulatedAccount>> Plan { get; }

    /// <summary>
    /// One account with six believable automations and two Single Sends, one of them an A/B test. A busy link breaks after
    /// <paramref name="breakLinkAfter"/> (default four minutes; zero or less: none).
    /// </summary>
    public static WorldOptions Demo(long seed = 1, TimeSpan? breakLinkAfter = null)
    {
        var after = breakLinkAfter ?? TimeSpan.FromMinutes(4);
        return new((dice, _, now) => DemoPlan.Accounts(dice, now))
        {
            Seed = seed,
            CorrectionsPerLinkWeek = 0.05,
            BreakLinkAfter = after > TimeSpan.Zero ? after : null,
        };
    }

    /// <summary>Three accounts and a subuser of the first; automations of the same name in different accounts.</summary>
    public static WorldOptions Several(long seed = 1) =>
        new((dice, _, now) => SeveralPlan.Accounts(dice, now)) { Seed = seed, CorrectionsPerLinkWeek = 0.05 };

    /// <summary>
    /// Accounts as hard on alerts as real ones are: about a hundred links from 0.2 to 500 clicks an hour, batch sends, machine
    /// opens, holidays, link scanners on a fifth of the steps, corrections, reports that stand still, hourly reports on every third seed,
    /// and what <paramref name="disturbances"/> names.
    /// </summary>
    public static WorldOptions Rough(long seed = 1, int automations = 5, Disturbances disturbances = Disturbances.All) =>
        new((dice, start, _) => new RoughPlan(dice, disturbances, seed % 2 == 0, start).Accounts(automations))
        {
            Seed = seed,
            History = TimeSpan.FromDays(77),
            CorrectionsPerLinkWeek = 0.1,
            HolidaysPerMonth = 0.8,
            ScannedSteps = 0.2,
            FreezesPerMonth = 2,
            HourlyReports = seed % 3 == 0,
            RecountsPerStepWeek = disturbances.HasFlag(Disturbances.Recounts) ? 0.1 : 0,
            OneOffSendsPerStepMonth = disturbances.HasFlag(Disturbances.OneOffSends) ? 0.2 : 0,
        };

    /// <summary>The second recipe for judging alerts, on which nothing is tuned: two accounts of equal names, drawn otherwise.</summary>
    public static WorldOptions Strange(long seed = 1, int automations = 5) =>
        new((dice, start, _) => StrangePlan.Accounts(dice, automations, start))
        {
            Seed = seed,
            History = TimeSpan.FromDays(77),
            CorrectionsPerLinkWeek = 0.02,
            HolidaysPerMonth = 0.5,
            ScannedSteps = 0.3,
            FreezesPerMonth = 1,
            HourlyReports = seed % 4 == 0,
            RecountsPerStepWeek = 0.15,
            OneOffSendsPerStepMonth = 0.3,
        };

    /// <summary>As many accounts, automations, steps and links as asked for, three days old, every link clicked.</summary>
    public static WorldOptions Sized(int accounts = 1, int automations = 130, int steps = 10, int linksPerStep = 15, long seed = 1) =>
        new((dice, _, _) => SizedPlan.Accounts(dice, accounts, automations, steps, linksPerStep))
        {
            Seed = seed,
            History = TimeSpan.FromDays(3),
        };
}
