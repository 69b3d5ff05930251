namespace Simulator;

/// <summary>An email sent once, possibly tested in variations first.</summary>
public sealed record SimulatedSingleSend(string Id, string Name, DateTimeOffset SentAt, IReadOnlyList<SimulatedVariation> Variations)
{
    /// <summary>Whether variations were tested on a part of the recipients first.</summary>
    public bool IsAbTest => Variations.Count > 1;
}
