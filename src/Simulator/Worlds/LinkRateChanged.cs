namespace Simulator;

/// <summary>From now on the link at a location gets more or fewer clicks: 0 is a dead link, 0.5 a halved one.</summary>
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
