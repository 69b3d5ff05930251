namespace Simulator;

/// <summary>An automation, or one step of it, sends less or more for a time: 0 is a paused automation. Clicks fade with it.</summary>
public sealed record DeliveriesChanged(DateTimeOffset At, string CampaignId, string? StepId, double Factor, DateTimeOffset? Until = null)
    : WorldEvent(At, CampaignId, StepId)
{
    internal override void Change(MessageDraft message) =>
        message.Deliveries.Add(new(message.Hour(At), Until is { } until ? message.Hour(until) : double.PositiveInfinity, Factor));
}
