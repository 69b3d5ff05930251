namespace Simulator;

/// <summary>The link at a location is removed from the email and no longer reported. The step's clicks stay.</summary>
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
