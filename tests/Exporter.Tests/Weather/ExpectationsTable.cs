using System.Text;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>The expectations as the table that an operator reads.</summary>
internal static class ExpectationsTable
{
    public static string Text()
    {
        var text = new StringBuilder("| the API | what it does | what the exporter does | what `/metrics` says |\n|---|---|---|---|\n");
        foreach (var line in Expectations.All)
        {
            var behaviour = BehaviourSwitchboard.Known.First(known => string.Equals(known.Name, line.Behaviour, StringComparison.Ordinal));
            text.Append($"| `{line.Rule}` | {behaviour.Description} | {line.Does} | {Says(line)} |\n");
        }

        return text.ToString();
    }

    private static string Says(Expectation line) =>
        (line.First, line.Later) switch
        {
            ({ Reason: { } reason }, _) => $"`up` 0, `{reason}`{Key(reason)}",
            ({ IsEmpty: true }, { Reason: { } reason }) => $"`up` 1 and no links; after rows were seen `up` 0, `{reason}`",
            ({ IsEmpty: true }, _) => "`up` 1 and no links; those that were there have `link_present` 0",
            _ => "`up` 1, new values"
                + (line.CountMismatch ? ", `count_mismatch` 1" : "")
                + (line.RowsMerged > 0 ? ", `rows_merged` above 0" : ""),
        };

    private static string Key(string reason) => reason is "unauthorized" ? ", `sendgrid_up` 0" : "";
}
