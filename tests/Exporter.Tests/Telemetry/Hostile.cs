using System.Globalization;
using CsCheck;

namespace Exporter.Tests.Telemetry;

/// <summary>Texts with control characters, by which SendGrid or a server in its place could write to an operator's terminal.</summary>
internal static class Hostile
{
    private static readonly string[] Pieces =
    [
        "\u001b]0;owned\u0007",
        "\u001b[2J",
        "\u009b2J",
        "\u0085",
        "\u0000",
        "\u007f",
        "\b",
        "\t",
        "\r",
        "\n",
        "\r\n12:00:00  All is well.",
        "\u000b",
        "\u000c",
        "\u2028",
        "\u2029",
        "\u202a",
        "\u202e",
        "\u2066",
        "\u2069",
        "\ufeff",
        "\U000E0041",
        "\"",
        "\\",
        "=",
        " ",
        "[red]",
        "ü",
        "😀",
        "plain",
    ];

    public static Gen<string> Texts { get; } = Gen.OneOf([.. Pieces.Select(Gen.Const)]).Array[0, 8].Select(string.Concat);

    /// <summary>Fails when the text is more than one line, or holds anything that a terminal obeys.</summary>
    public static void AssertHarmless(string line) =>
        Assert.DoesNotContain(
            line.EnumerateRunes(),
            static rune =>
                System.Text.Rune.GetUnicodeCategory(rune)
                    is UnicodeCategory.Control
                        or UnicodeCategory.Format
                        or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator
        );
}
