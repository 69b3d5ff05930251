using System.Buffers;
using System.Globalization;

namespace Simulator;

/// <summary>Which behaviour, with which argument, for whom and for how long. Nothing said means everything, for good.</summary>
/// <remarks>
/// As text: <c>name[=argument][@key=value,…]</c> with the keys account, automation, singlesend, endpoint, for, times, skip.
/// </remarks>
public sealed record BehaviourRule(string Name)
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>The behaviour's own argument (a page size, a status, seconds), or <see langword="null"/> for its default.</summary>
    public string? Argument { get; init; }

    /// <summary>Only requests of this account.</summary>
    public string? Account { get; init; }

    /// <summary>Only requests about this automation or Single Send.</summary>
    public string? Id { get; init; }

    /// <summary>Only requests of this endpoint: automation_links, automation_stats, …</summary>
    public string? Endpoint { get; init; }

    /// <summary>Only for this long after it was switched on, in real time.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Only this many times.</summary>
    public int? Times { get; init; }

    /// <summary>Not the first so many times.</summary>
    public int Skip { get; init; }

    /// <summary>Reads a rule written as text.</summary>
    /// <exception cref="FormatException">The text is no rule; the message says what is wrong.</exception>
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
            : throw new FormatException($"\"{text}\" is no count");

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

        throw new FormatException($"\"{text}\" is no duration such as 30s, 2m or 1h");
    }
}
