namespace Simulator;

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
