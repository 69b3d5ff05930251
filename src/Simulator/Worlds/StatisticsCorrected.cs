namespace Simulator;

/// <summary>
/// SendGrid recounts what a step delivered and how often it was opened: a share is taken back, or added when it is negative.
/// </summary>
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
