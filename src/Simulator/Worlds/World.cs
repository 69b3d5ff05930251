namespace Simulator;

/// <summary>
/// The true events in the simulated accounts: a deterministic function of the seed and the time. The API reports them, and tests compare
/// measurements with them.
/// </summary>
public sealed class World
{
    private readonly Dictionary<string, CampaignModel> _automations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CampaignModel> _singleSends = new(StringComparer.Ordinal);
    private readonly List<WorldEvent> _events;
    private readonly Reports _reports;

    private World(
        DateTimeOffset start,
        IReadOnlyList<SimulatedAccount> accounts,
        IReadOnlyList<WorldEvent> events,
        Reports reports,
        Dice dice
    )
    {
        (Start, Accounts, _events, _reports) = (start, accounts, [.. events], reports);
        var happenings = events.ToLookup(e => e.CampaignId, StringComparer.Ordinal);
        foreach (var automation in accounts.SelectMany(account => account.Automations))
        {
            _automations.Add(automation.Id, CampaignModel.Of(automation, start, dice, happenings[automation.Id]));
        }

        foreach (var send in accounts.SelectMany(account => account.SingleSends))
        {
            _singleSends.Add(send.Id, CampaignModel.Of(send, start, dice, happenings[send.Id]));
        }
    }

    /// <summary>The hour of the first email.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>The accounts with their keys, automations and Single Sends.</summary>
    public IReadOnlyList<SimulatedAccount> Accounts { get; }

    /// <summary>The events of the world: what happens to which campaign, and when.</summary>
    public IReadOnlyList<WorldEvent> Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>The busy link that the demo breaks a few minutes after the start, so that it can be announced to the user.</summary>
    public BrokenLink? BrokenLink { get; private init; }

    /// <summary>Creates a world whose present is <paramref name="now"/>.</summary>
    public static World Create(WorldOptions options, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(options);
        var past = options.Start ?? (now - options.History);
        var start = new DateTimeOffset(past.UtcDateTime.Date.AddHours(past.UtcDateTime.Hour), TimeSpan.Zero);
        var dice = Dice.Of(options.Seed);
        var accounts = options.Plan(dice.For("plan"), start, now);
        var broken = options.BreakLinkAfter is { } delay ? BrokenLink.Busiest(accounts, now + delay) : null;
        IReadOnlyList<WorldEvent> events =
        [
            .. Corrections.Draw(accounts, dice.For("corrections"), options.CorrectionsPerLinkWeek, start, now),
            .. Nuisances.Holidays(accounts, dice.For("holidays"), options.HolidaysPerMonth, start, now),
            .. Recounts.Draw(accounts, dice.For("recounts"), options.RecountsPerStepWeek, start, now),
            .. Nuisances.OneOffSends(accounts, dice.For("sends"), options.OneOffSendsPerStepMonth, start, now),
            .. Nuisances.Bursts(accounts, dice.For("bursts"), options.ScannedSteps, start, now),
            .. broken is null ? [] : new[] { broken.Event },
            .. options.Events?.Invoke(accounts) ?? [],
        ];
        var reports = new Reports(options.HourlyReports, Nuisances.Freezes(dice.For("freezes"), options.FreezesPerMonth, start, now));
        return new(start, accounts, events, reports, dice.For("course")) { BrokenLink = broken };
    }

    /// <summary>Adds an event. Reports about the time before <see cref="WorldEvent.At"/> stay true.</summary>
    public void Add(WorldEvent happening)
    {
        ArgumentNullException.ThrowIfNull(happening);
        var campaign = _automations.GetValueOrDefault(happening.CampaignId) ?? Find(_singleSends, happening.CampaignId);
        campaign.Add(happening);
        lock (_events)
        {
            _events.Add(happening);
        }
    }

    /// <summary>
    /// Returns the moment up to which SendGrid has counted when it answers at <paramref name="at"/>; that very moment unless it lags.
    /// </summary>
    public DateTimeOffset CountedUntil(DateTimeOffset at) => _reports.CountedUntil(at);

    /// <summary>Returns the rows of an automation's click statistics, grouped by step.</summary>
    public IReadOnlyList<LinkTotal> LinkTotals(string automationId, DateTimeOffset at) =>
        [
            .. from message in Find(_automations, automationId).Messages
            from link in message.Value.LinkTotals(Counted(at))
            select new LinkTotal(link.Url, link.Location, message.Key, link.Clicks),
        ];

    /// <summary>Returns every step's all-time numbers.</summary>
    public IReadOnlyList<StepTotal> StepTotals(string automationId, DateTimeOffset at) =>
        [.. Find(_automations, automationId).Messages.Select(m => new StepTotal(m.Key, m.Value.StatisticsUpTo(Counted(at), Counted(at))))];

    /// <summary>
    /// Returns every step's numbers day by day, first and last day included, from the world's start to <paramref name="at"/>.
    /// </summary>
    public IReadOnlyList<StepDay> StepDays(string automationId, DateOnly first, DateOnly last, TimeZoneInfo zone, DateTimeOffset at) =>
        [.. Days(Find(_automations, automationId), first, last, zone, at).Select(d => new StepDay(d.Day, d.Key, d.Stats))];

    /// <summary>Returns the rows of a Single Send's click statistics, grouped by variation and phase.</summary>
    public IReadOnlyList<SingleSendLinkTotal> SingleSendLinkTotals(string singleSendId, DateTimeOffset at) =>
        [
            .. from message in Find(_singleSends, singleSendId).Messages
            from link in message.Value.LinkTotals(Counted(at))
            select new SingleSendLinkTotal(link.Url, link.Location, Variation(message.Key), Phase(message.Key), link.Clicks),
        ];

    /// <summary>Returns the all-time numbers of every variation and phase of a Single Send.</summary>
    public IReadOnlyList<VariationTotal> SingleSendTotals(string singleSendId, DateTimeOffset at) =>
        [
            .. Find(_singleSends, singleSendId)
                .Messages.Select(m => new VariationTotal(Variation(m.Key), Phase(m.Key), m.Value.StatisticsUpTo(Counted(at), Counted(at)))),
        ];

    /// <summary>Returns the numbers of every variation and phase day by day, first and last day included.</summary>
    public IReadOnlyList<VariationDay> SingleSendDays(
        string singleSendId,
        DateOnly first,
        DateOnly last,
        TimeZoneInfo zone,
        DateTimeOffset at
    ) =>
        [
            .. Days(Find(_singleSends, singleSendId), first, last, zone, at)
                .Select(d => new VariationDay(d.Day, Variation(d.Key), Phase(d.Key), d.Stats)),
        ];

    private IEnumerable<(DateOnly Day, string Key, Statistics Stats)> Days(
        CampaignModel campaign,
        DateOnly first,
        DateOnly last,
        TimeZoneInfo zone,
        DateTimeOffset at
    )
    {
        var (from, to) = (Day(Start, zone), Day(at, zone));
        for (var day = first > from ? first : from; day <= last && day <= to; day = day.AddDays(1))
        {
            var (begin, end) = (Hour(Midnight(day, zone)), Math.Min(Hour(Midnight(day.AddDays(1), zone)), Counted(at)));
            foreach (var (key, message) in campaign.Messages)
            {
                yield return (day, key, message.StatisticsUpTo(end, Counted(at)) - message.StatisticsUpTo(begin, Counted(at)));
            }
        }
    }

    private double Hour(DateTimeOffset at) => (at - Start).TotalHours;

    private double Counted(DateTimeOffset at) => Hour(CountedUntil(at));

    private static DateOnly Day(DateTimeOffset at, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    private static DateTimeOffset Midnight(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        return new(midnight, zone.GetUtcOffset(midnight));
    }

    private static string Variation(string key) => key[..key.IndexOf('/', StringComparison.Ordinal)];

    private static string Phase(string key) => key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private static CampaignModel Find(Dictionary<string, CampaignModel> campaigns, string id) =>
        campaigns.TryGetValue(id, out var campaign)
            ? campaign
            : throw new ArgumentException($"The world has no campaign \"{id}\".", nameof(id));
}
