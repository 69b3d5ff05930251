namespace Simulator;

/// <summary>Which world is simulated. Start from <see cref="Demo"/>, <see cref="Several"/> or <see cref="Sized"/>.</summary>
public sealed record WorldOptions
{
    private WorldOptions(Func<Dice, DateTimeOffset, IReadOnlyList<SimulatedAccount>> plan) => Plan = plan;

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

    /// <summary>What else is to happen, told with the accounts' ids at hand.</summary>
    public Func<IReadOnlyList<SimulatedAccount>, IEnumerable<WorldEvent>>? Events { get; init; }

    internal Func<Dice, DateTimeOffset, IReadOnlyList<SimulatedAccount>> Plan { get; }

    /// <summary>
    /// One account with six believable automations and two Single Sends, one of them an A/B test. A busy link breaks after
    /// <paramref name="breakLinkAfter"/> (default four minutes; zero or less: none).
    /// </summary>
    public static WorldOptions Demo(long seed = 1, TimeSpan? breakLinkAfter = null)
    {
        var after = breakLinkAfter ?? TimeSpan.FromMinutes(4);
        return new(DemoPlan.Accounts) { Seed = seed, CorrectionsPerLinkWeek = 0.05, BreakLinkAfter = after > TimeSpan.Zero ? after : null };
    }

    /// <summary>Three accounts and a subuser of the first; automations of the same name in different accounts.</summary>
    public static WorldOptions Several(long seed = 1) => new(SeveralPlan.Accounts) { Seed = seed, CorrectionsPerLinkWeek = 0.05 };

    /// <summary>As many accounts, automations, steps and links as asked for, three days old, every link clicked.</summary>
    public static WorldOptions Sized(int accounts = 1, int automations = 130, int steps = 10, int linksPerStep = 15, long seed = 1) =>
        new((dice, _) => SizedPlan.Accounts(dice, accounts, automations, steps, linksPerStep)) { Seed = seed, History = TimeSpan.FromDays(3) };
}
