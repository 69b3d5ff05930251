using CsCheck;
using Exporter.Configuration.Yaml;

namespace Exporter.Tests.Configuration;

/// <summary>Whatever stands in the file: problems or options, soon, and never an exception or a key.</summary>
public sealed class AnyTextTests
{
    private static readonly string Example = File.ReadAllText(Repository.PathTo("deploy/sendgrid-exporter.example.yml"))
        .Replace("${SENDGRID_API_KEY}", "hunter2hunter2", StringComparison.Ordinal);

    private static readonly string[] Pieces =
    [
        "- ",
        "? ",
        ": ",
        "\n",
        "\n  ",
        "\n    ",
        "\t",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "&a ",
        "*a",
        "!x ",
        "| \n",
        "> \n",
        "'",
        "\"",
        "# ",
        "%YAML 1.2\n",
        "---\n",
        "...\n",
        "\\x",
        "\r",
        "\u2028",
        "\0",
        "\uFEFF",
        "\uD800",
        "accounts:",
        "poll:",
        "interval",
        "5m",
        "api_key: ",
        "${",
        "${KEY}",
        "$$",
        "<<",
        "~",
        "null",
        "@",
        "`",
        "-1",
    ];

    private static readonly Gen<string> Soup = Gen.OneOf(Pieces).Array[0, 40].Select(string.Concat);

    private static readonly Gen<string> MutatedExample = Gen.Select(
            Gen.Int[0, Example.Length],
            Gen.Int[0, 12],
            Gen.OneOf(Pieces).Array[0, 3]
        )
        .Array[1, 4]
        .Select(edits =>
            edits.Aggregate(
                Example,
                (text, edit) =>
                {
                    var (at, cut, pieces) = edit;
                    var start = Math.Min(at, text.Length);
                    return string.Concat(text.AsSpan(0, start), string.Concat(pieces), text.AsSpan(Math.Min(start + cut, text.Length)));
                }
            )
        );

    [Fact]
    public void Any_text_gives_options_or_problems() => Gen.String.Sample(GivesOptionsOrProblems);

    [Fact]
    public void Any_soup_of_yaml_gives_options_or_problems() => Soup.Sample(GivesOptionsOrProblems, iter: 20_000);

    [Fact]
    public void Any_slip_of_the_hand_in_the_example_gives_options_or_problems_and_never_shows_the_key() =>
        MutatedExample.Sample(
            text =>
            {
                var result = Files.Read(text);
                return result.IsGood == (result.Problems.Count == 0)
                    && !result.Problems.Concat(result.Warnings).Any(p => p.Message.Contains("hunter2hunter2", StringComparison.Ordinal));
            },
            iter: 5_000
        );

    [Theory]
    [InlineData("[")]
    [InlineData("{")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("{a: ")]
    [InlineData("&a ")]
    [InlineData("*a ")]
    [InlineData("!a ")]
    [InlineData("'")]
    [InlineData("a: b\n")]
    [InlineData("- *a\n")]
    [InlineData("a\n")]
    [InlineData("\"\\")]
    [InlineData("|\n")]
    [InlineData("%a\n")]
    [InlineData("---\n")]
    [InlineData("${")]
    public void The_longest_text_of_one_piece_is_read_to_its_end(string piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        var text = string.Concat(Enumerable.Repeat(piece, YamlComposer.MaxLength / piece.Length));

        Assert.NotEmpty(Files.Read(text).Problems);
    }

    private static bool GivesOptionsOrProblems(string text)
    {
        var result = Files.Read(text);
        return result.IsGood == (result.Problems.Count == 0);
    }
}
