namespace Exporter.Polling;

/// <summary>What the automations of an account were answered in this run, counted.</summary>
/// <param name="Walks">Complete walks.</param>
/// <param name="Turns">
/// How often one that had answered failed, or one that had failed answered. Each is a sign of an outage, which explains failures of
/// others, too.
/// </param>
internal readonly record struct AnswerCount(int Walks, int Turns)
{
    /// <summary>An attempt of an automation ended.</summary>
    /// <param name="campaign">The automation before it.</param>
    /// <param name="isAnswer">Whether it was a complete walk.</param>
    public AnswerCount After(CampaignState campaign, bool isAnswer)
    {
        var (hadFailed, hadAnswered) = (campaign.Failing is not null, campaign.Failing is null && campaign.Snapshot.Data is not null);
        return new AnswerCount(Walks + (isAnswer ? 1 : 0), Turns + ((isAnswer ? hadFailed : hadAnswered) ? 1 : 0));
    }
}
