namespace Simulator;

/// <summary>Something that happens to a campaign: what, to whom, when.</summary>
/// <param name="At">From when on.</param>
/// <param name="CampaignId">The automation (or Single Send) it happens to.</param>
/// <param name="StepId">The step, or <see langword="null"/> for all of them; a Single Send's is <c>variation/phase</c>.</param>
public abstract record WorldEvent(DateTimeOffset At, string CampaignId, string? StepId)
{
    internal abstract void Change(MessageDraft message);
}

/// <summary>The link at a location is clicked less or more from now on: 0 is a dead link, 0.5 a halved one.</summary>
public sealed record LinkRateChanged(DateTimeOffset At, string CampaignId, string? StepId, int Location, double Factor)
    : WorldEvent(At, CampaignId, StepId)
{
    internal override void Change(MessageDraft message)
    {
        foreach (var link in message.LinksAt(Location, At))
        {
            link.Rates.Add((message.Hour(At), Factor));
        }
    }
}

/// <summary>The email gets one more link.</summary>
public sealed record LinkAdded(DateTimeOffset At, string CampaignId, string? StepId, int Location, string Url, double ClicksPerHour)
    : WorldEvent(At, CampaignId, StepId)
{
    internal override void Change(MessageDraft message) => message.Links.Add(new(Url, Location, ClicksPerHour) { From = message.Hour(At) });
}

/// <summary>The link at a location gets another URL: the clicks go there, the old row stays with what it had.</summary>
public sealed record LinkReplaced(DateTimeOffset At, string CampaignId, string? StepId, int Location, string Url)
    : WorldEvent(At, CampaignId, StepId)
{
    internal override void Change(MessageDraft message)
    {
        var hour = message.Hour(At);
        foreach (var link in message.LinksAt(Location, At).ToArray())
        {
            var rate = link.Rates.Count == 0 ? 1 : link.Rates[^1].Factor;
            link.Rates.Add((hour, 0));
            link.IsReplaced = true;
            message.Links.Add(new(Url, Location, link.ClicksPerHour * rate) { From = hour });
        }
    }
}

/// <summary>The link at a location is taken out of the email and is not reported any more. The step's clicks stay.</summary>
public sealed record LinkRemoved(DateTimeOffset At, string CampaignId, string? StepId, int Location) : WorldEvent(At, CampaignId, StepId)
{
    internal override void Change(MessageDraft message)
    {
        foreach (var link in message.LinksAt(Location, At))
        {
            link.Rates.Add((message.Hour(At), 0));
            link.Until = message.Hour(At);
        }
    }
}

/// <summary>
/// SendGrid recounts a link: a share of the clicks of the time before is taken back and the total falls, or added when it is negative.
/// </summary>
public sealed record ClicksCorrected(DateTimeOffset At, string CampaignId, string? StepId, int Location, double Share, TimeSpan Over)
    : WorldEvent(At, CampaignId, StepId)
{
    internal override void Change(MessageDraft message)
    {
        foreach (var link in message.LinksAt(Location, At))
        {
            link.Corrections.Add(new(message.Hour(At), Over.TotalHours, Share));
        }
    }
}

/// <summary>
/// SendGrid recounts what a step delivered and how often it was opened: a share is taken back, or added when it is negative.
/// </summary>
public sealed record StatisticsCorrected(
    DateTimeOffset At,
    string CampaignId,
    string? StepId,
    double DeliveredShare,
    double OpensShare,
    TimeSpan Over
) : WorldEvent(At, CampaignId, StepId)
{
    internal override void Change(MessageDraft message)
    {
        message.DeliveriesCorrected.Add(new(message.Hour(At), Over.TotalHours, DeliveredShare));
        message.OpensCorrected.Add(new(message.Hour(At), Over.TotalHours, OpensShare));
    }
}

/// <summary>An automation, or one step of it, sends less or more for a time: 0 is a paused automation. Clicks fade with it.</summary>
public sealed record DeliveriesChanged(DateTimeOffset At, string CampaignId, string? StepId, double Factor, DateTimeOffset? Until = null)
    : WorldEvent(At, CampaignId, StepId)
{
    internal override void Change(MessageDraft message) =>
        message.Deliveries.Add(new(message.Hour(At), Until is { } until ? message.Hour(until) : double.PositiveInfinity, Factor));
}

/// <summary>
/// People answer less or more for a time, opens and clicks alike, whatever is sent: a holiday, or with 0 a broken tracking domain.
/// </summary>
public sealed record AnswersChanged(DateTimeOffset At, string CampaignId, string? StepId, double Factor, DateTimeOffset? Until = null)
    : WorldEvent(At, CampaignId, StepId)
{
    /// <summary>The same for every automation of an account.</summary>
    public static IEnumerable<WorldEvent> Everywhere(
        SimulatedAccount account,
        DateTimeOffset at,
        double factor,
        DateTimeOffset? until = null
    )
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Automations.Select(automation => new AnswersChanged(at, automation.Id, StepId: null, factor, until));
    }

    internal override void Change(MessageDraft message) =>
        message.Answers.Add(new(message.Hour(At), Until is { } until ? message.Hour(until) : double.PositiveInfinity, Factor));
}

/// <summary>A link scanner (a security gateway that follows links) clicks one link many times within minutes.</summary>
public sealed record ClicksBurst(DateTimeOffset At, string CampaignId, string? StepId, int Location, int Clicks, TimeSpan Over)
    : WorldEvent(At, CampaignId, StepId)
{
    internal override void Change(MessageDraft message)
    {
        foreach (var link in message.LinksAt(Location, At))
        {
            link.Bursts.Add(new(message.Hour(At), Over.TotalHours, Clicks));
        }
    }
}

/// <summary>
/// Every link of a step is clicked less or more from now on, while it is opened as before: 0 is an email whose links are all dead.
/// </summary>
public sealed record ClicksChanged(DateTimeOffset At, string CampaignId, string? StepId, double Factor) : WorldEvent(At, CampaignId, StepId)
{
    internal override void Change(MessageDraft message)
    {
        foreach (
            var link in message.Links.Where(link => link.From <= message.Hour(At) && message.Hour(At) < link.Until && !link.IsReplaced)
        )
        {
            link.Rates.Add((message.Hour(At), Factor));
        }
    }
}
