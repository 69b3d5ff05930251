namespace Simulator;

/// <summary>SendGrid recounts a link: a share of its earlier clicks is subtracted and the total falls; a negative share is added.</summary>
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
