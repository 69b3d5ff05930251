namespace Exporter.Snapshots;

/// <summary>The email that a link stands in.</summary>
/// <param name="First">The step of an automation; the variation of a Single Send.</param>
/// <param name="Second">The phase of a Single Send (<c>test</c>, <c>send</c> or <c>all</c>); empty for an automation.</param>
internal readonly record struct EmailKey(string First, string Second = "")
{
    public string StepOrVariation { get; } = LabelValue.Sanitize(First);

    public string Phase { get; } = LabelValue.Sanitize(Second);

    public static Comparer<EmailKey> Order { get; } =
        Comparer<EmailKey>.Create(
            static (a, b) =>
                string.CompareOrdinal(a.StepOrVariation, b.StepOrVariation) is var byFirst and not 0
                    ? byFirst
                    : string.CompareOrdinal(a.Phase, b.Phase)
        );
}
