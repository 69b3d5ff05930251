using System.Text;

namespace Simulator;

/// <summary>Formats the behaviours as a table, for <c>--list-behaviours</c> and the README.</summary>
internal static class BehaviourList
{
    public static string Text()
    {
        var text = new StringBuilder("| behaviour | the server | argument |\n|---|---|---|\n");
        foreach (var behaviour in BehaviourSwitchboard.Known)
        {
            text.Append("| `")
                .Append(behaviour.Name)
                .Append("` | ")
                .Append(behaviour.Description)
                .Append(" | ")
                .Append(Argument(behaviour))
                .Append(" |\n");
        }

        return text.ToString();
    }

    private static string Argument(Behaviour behaviour) =>
        behaviour switch
        {
            { Argument: null } => "",
            { Choices.Count: > 0 } => $"{string.Join(", ", behaviour.Choices)} (default {behaviour.Default})",
            { Default.Length: 0 } => behaviour.Argument,
            _ => $"{behaviour.Argument} (default {behaviour.Default})",
        };
}
