namespace Simulator;

/// <summary>The email gets one more link.</summary>
public sealed record LinkAdded(DateTimeOffset At, string CampaignId, string? StepId, int Location, string Url, double ClicksPerHour)
    : WorldEvent(At, CampaignId, StepId)
{
    internal override void Change(MessageDraft message) => message.Links.Add(new(Url, Location, ClicksPerHour) { From = message.Hour(At) });
}
