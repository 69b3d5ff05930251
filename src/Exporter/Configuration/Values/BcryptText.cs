using System.Buffers;
using System.Globalization;

namespace Exporter.Configuration.Values;

/// <summary>
/// Checks a text that is given as a bcrypt hash: <c>$2y$10$</c>, 22 characters of salt, 31 of digest. Its messages repeat no part of the
/// text.
/// </summary>
internal static class BcryptText
{
    public const string Expected = "a bcrypt hash of cost 4 to 16, as htpasswd -nBC 10 prints it";

    /// <summary>Each step of the cost doubles the work: 16 takes seconds, and 31 would take a day.</summary>
    private const int LeastCost = 4,
        MostCost = 16;

    private const int PrefixLength = 7,
        SaltLength = 22,
        Length = 60;

    private static readonly string[] Versions = ["$2a$", "$2b$", "$2y$"];

    private static readonly SearchValues<char> Alphabet = SearchValues.Create(
        "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    );

    /// <summary>
    /// The characters that can end a salt and a digest: 16 and 23 bytes leave four and two bits of the last character unused. The check of
    /// a password writes them as zeros, so that a hash with others in it never matches.
    /// </summary>
    private static readonly SearchValues<char> SaltEnds = SearchValues.Create(".Oeu");

    private static readonly SearchValues<char> DigestEnds = SearchValues.Create(".CGKOSWaeimquy26");

    /// <summary>What may stand in place of a hash. The first row that applies counts.</summary>
    private static readonly (string Name, Func<string, bool> IsIn)[] Mistakes =
    [
        ("nothing", string.IsNullOrWhiteSpace),
        ("white space around it", static text => text.Trim() != text),
        ("something else", static text => text is not ['$', '2', ..]),
        ("another version than 2a, 2b and 2y", static text => !Versions.Any(version => text.StartsWith(version, StringComparison.Ordinal))),
        ("no cost of two digits", static text => CostOf(text) is null),
        ("another cost", static text => CostOf(text) is < LeastCost or > MostCost),
        ("a hash that was cut off", static text => text.Length < Length),
        ("more than 60 characters", static text => text.Length > Length),
        ("a character in it that no hash has", static text => text.AsSpan(PrefixLength).ContainsAnyExcept(Alphabet)),
        (
            "a mistyped salt (the first 22 characters after the cost)",
            static text => !SaltEnds.Contains(text[PrefixLength + SaltLength - 1])
        ),
        ("a mistyped end", static text => !DigestEnds.Contains(text[^1])),
    ];

    /// <summary>Describes what was found in place of a hash; <see langword="null"/> when a password can match it.</summary>
    public static string? Mistake(string text) => Mistakes.FirstOrDefault(mistake => mistake.IsIn(text)).Name;

    private static int? CostOf(string text) =>
        text is [_, _, _, _, >= '0' and <= '9', >= '0' and <= '9', '$', ..]
            ? int.Parse(text.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture)
            : null;
}
