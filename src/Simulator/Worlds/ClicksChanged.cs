namespace Simulator;

/// <summary>
/// From now on every link of a step gets more or fewer clicks, while opens stay the same: 0 is an email whose links are all dead.
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
