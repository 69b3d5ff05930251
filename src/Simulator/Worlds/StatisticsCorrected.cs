namespace Simulator;

/// <summary>SendGrid recounts a step's deliveries and opens: a share is subtracted; a negative share is added.</summary>
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
