namespace Simulator;

/// <summary>
/// Describes a world to simulate. Start from <see cref="Demo"/>, <see cref="Several"/>, <see cref="Rough"/>, <see cref="Strange"/> or
/// <see cref="Sized"/>.
/// </summary>
public sealed record WorldOptions
{
    private WorldOptions(Func<Dice, DateTimeOffset, DateTimeOffset, IReadOnlyList<SimulatedAccount>> plan) => Plan = plan;

    /// <summary>The same seed, start and present give the same world down to the last click. Default 1.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The time that the campaigns have been running. Default six weeks; ignored when <see cref="Start"/> is set.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromDays(42);

    /// <summary>The time of the first email. Default <see cref="History"/> before now.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>The time from the start, on the user's clock, after which a busy link gets no more clicks. Default: none breaks.</summary>
    public TimeSpan? BreakLinkAfter { get; init; }

    /// <summary>How often SendGrid recounts a link, so that its total falls a little. Default never.</summary>
    public double CorrectionsPerLinkWeek { get; init; }

    /// <summary>Days on which a whole account sends less and gets fewer answers, one to three in a row. Default none.</summary>
    public double HolidaysPerMonth { get; init; }

    /// <summary>
    /// The share of steps with link scanners: about twice a week one link gets hundreds of clicks within minutes. Default none.
    /// </summary>
    public double ScannedSteps { get; init; }

    /// <summary>How often SendGrid's numbers stand still for 20 minutes to 4 hours while its API answers. Default never.</summary>
    public double FreezesPerMonth { get; init; }

    /// <summary>
    /// How often deliveries, opens, one link or several at once are recounted, by up to a tenth of their totals. Default never.
    /// </summary>
    public double RecountsPerStepWeek { get; init; }

    /// <summary>How often a step is sent to many people once, in addition to its own rhythm. Default never.</summary>
    public double OneOffSendsPerStepMonth { get; init; }

    /// <summary>Whether SendGrid's numbers move once an hour. Default: at once.</summary>
    public bool HourlyReports { get; init; }

    /// <summary>Creates further events from the accounts, whose ids they need.</summary>
    public Func<IReadOnlyList<SimulatedAccount>, IEnumerable<WorldEvent>>? Events { get; init; }

    /// <summary>Creates the accounts from the dice, the start and the present.</summary>
    internal Func<Dice, DateTimeOffset, DateTimeOffset, IReadOnlyList<SimulatedAccount>> Plan { get; }

    /// <summary>
    /// Creates options for one account with six believable automations and two Single Sends, one of them an A/B test. A busy link breaks
    /// after <paramref name="breakLinkAfter"/> (default four minutes; zero or less: none).
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

    /// <summary>Creates options for three accounts and a subuser of the first; automations in different accounts share names.</summary>
    public static WorldOptions Several(long seed = 1) =>
        new((dice, _, now) => SeveralPlan.Accounts(dice, now)) { Seed = seed, CorrectionsPerLinkWeek = 0.05 };

    /// <summary>
    /// Creates options for accounts that are as hard on alerts as real ones: about a hundred links from 0.2 to 500 clicks an hour, batch
    /// sends, machine opens, holidays, link scanners on a fifth of the steps, corrections, reports that stand still, hourly reports on
    /// every third seed, and the given <paramref name="disturbances"/>.
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

    /// <summary>
    /// Creates options for the second recipe for judging alerts, on which no alert is tuned: two accounts with the same names, drawn
    /// differently.
    /// </summary>
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

    /// <summary>
    /// Creates options for this number of accounts, automations, steps and links, three days old, with clicks on every link.
    /// </summary>
    public static WorldOptions Sized(int accounts = 1, int automations = 130, int steps = 10, int linksPerStep = 15, long seed = 1) =>
        new((dice, _, _) => SizedPlan.Accounts(dice, accounts, automations, steps, linksPerStep))
        {
            Seed = seed,
            History = TimeSpan.FromDays(3),
        };
}
