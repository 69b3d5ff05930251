namespace Simulator;

/// <summary>For some time people open and click more or less, whatever is sent: a holiday, or with 0 a broken tracking domain.</summary>
public sealed record AnswersChanged(DateTimeOffset At, string CampaignId, string? StepId, double Factor, DateTimeOffset? Until = null)
    : WorldEvent(At, CampaignId, StepId)
{
    /// <summary>Returns the same event for every automation of an account.</summary>
    public static IEnumerable<WorldEvent> Everywhere(
        SimulatedAccount account,
        DateTimeOffset at,
        double factor,
        DateTimeOffset? until = null
    )
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Automations.Select(automation => new AnswersChanged(at, automation.Id, StepId: null, factor, until));
    }

    internal override void Change(MessageDraft message) =>
        message.Answers.Add(new(message.Hour(At), Until is { } until ? message.Hour(until) : double.PositiveInfinity, Factor));
}
