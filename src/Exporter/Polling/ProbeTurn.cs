namespace Exporter.Polling;

/// <summary>The request that asks, while the key of an account is refused, whether it still is. Immutable.</summary>
/// <param name="Schedule">When the next probe is due.</param>
internal sealed record ProbeTurn(Probing Schedule)
{
    /// <summary>The campaign, or the list, that will be the next probe; <see langword="null"/> while none is chosen.</summary>
    public Prober? Chosen { get; init; }

    /// <summary>The number of lists chosen so far: each has its turn.</summary>
    public int ListTurns { get; init; }

    /// <summary>The chosen one begins.</summary>
    public ProbeTurn Begin(DateTimeOffset now, TimeSpan interval) =>
        this with
        {
            Chosen = null,
            Schedule = Schedule.Started(now, interval),
        };
}
