namespace Exporter.SendGrid.Wire;

/// <summary>A row about one variation and phase of a Single Send.</summary>
internal interface ISingleSendRow
{
    /// <summary>
    /// The variation. The documents declare it a UUID, but it is <c>all</c> or empty when the answer is not grouped, so it is text.
    /// </summary>
    string? Variation { get; }

    /// <summary><c>test</c>, <c>send</c> or <c>all</c>.</summary>
    string? Phase { get; }
}
