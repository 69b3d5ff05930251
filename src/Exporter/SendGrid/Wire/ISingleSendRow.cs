namespace Exporter.SendGrid.Wire;

/// <summary>A row of a Single Send's variation and phase.</summary>
internal interface ISingleSendRow
{
    /// <summary>The variation: declared a UUID, and yet <c>all</c> or empty when the answer is not grouped, so text.</summary>
    string? Variation { get; }

    /// <summary><c>test</c>, <c>send</c> or <c>all</c>.</summary>
    string? Phase { get; }
}
