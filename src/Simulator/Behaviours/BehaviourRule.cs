using System.Buffers;
using System.Globalization;

namespace Simulator;

/// <summary>
/// Which behaviour is switched on, with which argument, for which requests and for how long. A part that is left out means no limit.
/// </summary>
/// <remarks>
/// As text: <c>name[=argument][@key=value,…]</c> with the keys account, automation, singlesend, endpoint, for, times, skip.
/// </remarks>
public sealed record BehaviourRule(string Name)
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>The behaviour's argument (a page size, a status, seconds), or <see langword="null"/> for its default.</summary>
    public string? Argument { get; init; }

    /// <summary>Limits it to requests of this account.</summary>
    public string? Account { get; init; }

    /// <summary>Limits it to requests about this automation or Single Send.</summary>
    public string? Id { get; init; }

    /// <summary>Limits it to requests to this endpoint: automation_links, automation_stats, …</summary>
    public string? Endpoint { get; init; }

    /// <summary>Limits it to this time after it was switched on, in real time.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Limits it to this number of times.</summary>
    public int? Times { get; init; }

    /// <summary>The number of times that it does nothing at first.</summary>
    public int Skip { get; init; }

    /// <summary>Parses a rule.</summary>
    /// <exception cref="FormatException">The text is not a rule; the message describes the error.</exception>
    public static BehaviourRule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (head, scope) = Cut(text.Trim(), '@');
        var (name, argument) = Cut(head, '=');
        var rule = new BehaviourRule(name) { Argument = argument };
        foreach (var part in scope?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        {
            rule = Cut(part, '=') switch
            {
                ("account", { } value) => rule with { Account = value },
                ("automation" or "singlesend", { } value) => rule with { Id = value },
                ("endpoint", { } value) => rule with { Endpoint = value },
                ("for", { } value) => rule with { For = Duration(value) },
                ("times", { } value) => rule with { Times = Count(value) },
                ("skip", { } value) => rule with { Skip = Count(value) },
                _ => throw new FormatException(
                    $"\"{part}\" in \"{text}\" is none of account=, automation=, singlesend=, endpoint=, for=, times=, skip="
                ),
            };
        }

        return rule;
    }

    private static (string Before, string? After) Cut(string text, char at)
    {
        var index = text.IndexOf(at, StringComparison.Ordinal);
        return index < 0 ? (text, null) : (text[..index], text[(index + 1)..]);
    }

    private static int Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : throw new FormatException($"\"{text}\" is not a count");

    private static TimeSpan Duration(string text)
    {
        var digits = text.AsSpan().IndexOfAnyExcept(Digits);
        if (digits > 0 && double.TryParse(text.AsSpan(0, digits), CultureInfo.InvariantCulture, out var number))
        {
            switch (text[digits..])
            {
                case "ms":
                    return TimeSpan.FromMilliseconds(number);
                case "s":
                    return TimeSpan.FromSeconds(number);
                case "m":
                    return TimeSpan.FromMinutes(number);
                case "h":
                    return TimeSpan.FromHours(number);
                default:
                    break;
            }
        }

        throw new FormatException($"\"{text}\" is not a duration such as 30s, 2m or 1h");
    }
}
