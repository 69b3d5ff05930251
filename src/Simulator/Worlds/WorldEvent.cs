namespace Simulator;

/// <summary>Something that happens to a campaign: what, to whom, when.</summary>
/// <param name="At">From when on.</param>
/// <param name="CampaignId">The automation (or Single Send) it happens to.</param>
/// <param name="StepId">The step, or <see langword="null"/> for all of them; a Single Send's is <c>variation/phase</c>.</param>
public abstract record WorldEvent(DateTimeOffset At, string CampaignId, string? StepId)
{
    internal abstract void Change(MessageDraft message);
}
