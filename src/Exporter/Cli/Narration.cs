using System.Collections.Immutable;
using Exporter.Web.Pages;

namespace Exporter.Cli;

/// <summary>The state that was printed at the terminal, so that only changes are printed.</summary>
/// <param name="Summary">The state in one sentence.</param>
/// <param name="Troubles">The failures, each with advice.</param>
/// <param name="Outliers">The links that stand out.</param>
internal sealed record Narration(string? Summary, ImmutableHashSet<string> Troubles, ImmutableHashSet<string> Outliers)
{
    public static readonly Narration Nothing = new(Summary: null, [], []);

    /// <summary>Returns one line for each change, with the next step.</summary>
    public (Narration Told, IReadOnlyList<string> Lines) After(StatusModel status)
    {
        var troubles = status.Troubles.Select(DescribeTrouble).ToImmutableHashSet(StringComparer.Ordinal);
        var outliers = status
            .StandsOut.DistinctBy(static outlier => (outlier.Email, outlier.Link))
            .ToImmutableDictionary(
                static outlier => $"{outlier.Link} in {outlier.Email}",
                static outlier => outlier.Summary,
                StringComparer.Ordinal
            );

        // While the first polls are under way the sentence changes with each of them.
        var summary = status.State is HealthState.Waiting ? Summary : status.Summary;
        return (
            new Narration(summary, troubles, [.. outliers.Keys]),
            [
                .. troubles.Except(Troubles),
                .. summary is not null && summary != Summary ? (IEnumerable<string>)[summary] : [],
                .. outliers.Where(outlier => !Outliers.Contains(outlier.Key)).Select(static outlier => $"Stands out: {outlier.Value}"),
                .. Outliers.Except(outliers.Keys).Select(static link => $"No longer stands out: {link}."),
            ]
        );
    }

    private static string DescribeTrouble(TroubleStatus trouble) =>
        $"{(trouble.Account is null ? "" : $"{trouble.Account}: ")}{trouble.Error.TrimEnd('.')}. Next: {trouble.Advice}";
}
