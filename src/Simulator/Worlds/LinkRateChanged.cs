namespace Simulator;

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
