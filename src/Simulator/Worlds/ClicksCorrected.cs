namespace Simulator;

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
