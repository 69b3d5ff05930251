namespace Exporter.Polling;

/// <summary>A poll, or a walk of a list, that asks now.</summary>
/// <param name="Who">What is asked for.</param>
/// <param name="Number">The <see cref="CampaignState.Number"/>, or that of the walk (<see cref="ListSchedule.WalkOf"/>).</param>
internal sealed record InFlight(Prober Who, long Number)
{
    /// <summary>Ends it. Never disposed: a reload may cancel it after it has ended.</summary>
    public CancellationTokenSource Stop { get; } = new();

    /// <summary>Whether the account still waits for its answer: what was removed and came back asks anew.</summary>
    public bool IsWantedBy(AccountState state) =>
        Number == (Who.Campaign is { } campaign ? state.Campaigns.Find(campaign)?.Number : state.Lists.WalkOf(Who.Kind));
}
