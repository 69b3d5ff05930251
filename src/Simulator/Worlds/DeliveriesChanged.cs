namespace Simulator;

/// <summary>For some time an automation, or one step of it, sends more or fewer emails: 0 is a paused automation. Clicks follow.</summary>
public sealed record DeliveriesChanged(DateTimeOffset At, string CampaignId, string? StepId, double Factor, DateTimeOffset? Until = null)
    : WorldEvent(At, CampaignId, StepId)
{
    internal override void Change(MessageDraft message) =>
        message.Deliveries.Add(new(message.Hour(At), Until is { } until ? message.Hour(until) : double.PositiveInfinity, Factor));
}
