namespace Simulator;

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
