namespace Exporter.Snapshots;

/// <summary>The email that a link stands in.</summary>
/// <param name="StepOrVariation">The step of an automation; the variation of a Single Send.</param>
/// <param name="Phase">The phase of a Single Send (<c>test</c>, <c>send</c> or <c>all</c>); empty for an automation.</param>
internal readonly record struct EmailKey(string StepOrVariation, string Phase = "")
{
    public string StepOrVariation { get; } = LabelValue.Sanitize(StepOrVariation);

    public string Phase { get; } = LabelValue.Sanitize(Phase);

    public static Comparer<EmailKey> Order { get; } =
        Comparer<EmailKey>.Create(
            static (a, b) =>
                string.CompareOrdinal(a.StepOrVariation, b.StepOrVariation) is var byStep and not 0
                    ? byStep
                    : string.CompareOrdinal(a.Phase, b.Phase)
        );
}
