using Exporter.Configuration;
using Exporter.Configuration.Sections;
using Exporter.Configuration.Values;
using Exporter.Configuration.Yaml;

namespace Exporter.Tests.Configuration;

/// <summary>
/// A file of 60 KB took more than 2 GB and ended a running program, others took minutes. The cost of any file grows with its size and no
/// faster. What is measured is the memory that a reading asks for: real time says nothing on a busy machine.
/// </summary>
public sealed class HostileShapesTests
{
    /// <summary>Twice the text may cost twice as much, and something for the steps in which tables grow.</summary>
    private const double MostGrowth = 3;

    /// <summary>The most bytes that any text may ask for, however hostile it is: a part of what a small container has in all.</summary>
    private const long MostBytes = 512L * 1024 * 1024;

    private static readonly string Long = new('k', 3000);

    /// <summary>What n pieces are, and for how many pieces.</summary>
    private static readonly (string Name, int Pieces, Func<int, string> Of)[] Shapes =
    [
        ("an unclosed default in a key", 4000, n => $"accounts: [{{api_key: '{Repeat("${A:-", n)}'}}]"),
        ("defaults in a key", 4000, n => $"accounts: [{{api_key: '{Repeat("${A:-b}", n)}'}}]"),
        ("different defaults in a key", 4000, n => $"accounts: [{{api_key: '{Each(i => $"${{A:-{i:x6}}}", n)}'}}]"),
        ("an unclosed default in headers", 4000, n => $"otlp: {{headers: '{Repeat("${A:-", n)}'}}"),
        ("an unclosed default in a file's name", 4000, n => $"accounts: [{{api_key_file: '{Repeat("${A:-", n)}'}}]"),
        ("an unclosed default in a name", 4000, n => $"accounts: [{{name: '{Repeat("${A:-", n)}'}}]"),
        ("a variable of a long value", 40, n => $"accounts: [{{name: '{Repeat("${LONG}", n)}'}}]"),
        ("many values of a long variable", 40, n => $"accounts: [{{automations: {{exclude: [{Repeat("'${LONG}', ", n)}]}}}}]"),
        ("a long value by aliases", 40, n => $"x: &a '{Long}'\naccounts: [{{automations: {{exclude: [{Repeat("*a, ", n)}]}}}}]"),
        ("a long key by aliases", 40, n => $"x: &a '{Long}'\naccounts: [{Repeat("{api_key: *a}, ", n)}]"),
        ("a long unknown key", 40, n => $"accounts: [{Each(i => $"{{{Long}{i}: 1}}, ", n)}]"),
        ("keys and bad values", 2000, n => $"accounts: [{Each(i => $"{{api_key: k{i:d6}, page_size: x}}, ", n)}]"),
        ("keys that stand in each message", 2000, n => $"accounts: [{Each(i => $"{{api_key: page{i % 7}, page{i % 7}: k{i:d6}}}, ", n)}]"),
        (
            "keys of all lengths",
            100,
            n => $"accounts: [{Each(i => $"{{api_key: {new string('a', 4 + i)}, {new string('a', 80)}: 1}}, ", n)}]"
        ),
        ("files that are not there", 200, n => $"accounts: [{Each(i => $"{{api_key_file: /none/{i:d6}, page_size: x}}, ", n)}]"),
        ("unknown keys", 4000, n => Each(i => $"key{i:d6}: 1\n", n)),
        ("slips", 4000, n => $"accounts: [{Repeat("{api_kye: 1}, ", n)}]"),
        ("one key again and again", 4000, n => Repeat("poll: 1\n", n)),
        ("names twice", 2000, n => $"accounts: [{Repeat("{name: a}, ", n)}]"),
        ("ids twice", 4000, n => $"accounts: [{{automations: {{list: [{Repeat("{id: a, name: b}, ", n)}]}}}}]"),
        ("values twice", 4000, n => $"accounts: [{{automations: {{exclude: [{Repeat("a, ", n)}]}}}}]"),
        ("maps for values", 4000, n => $"accounts: [{Repeat("{page_size: {a: b}}, ", n)}]"),
        ("tabs", 4000, n => Repeat("\tx\n", n)),
        ("a long variable", 4000, n => $"accounts: [{{api_key: '${{{Repeat("A", n)}}}', name: '${{{Repeat("a", n)}}}'}}]"),
    ];

    private static readonly (string Name, int Pieces, Func<int, string> Of)[] WebShapes =
    [
        ("blocks without an end", 4000, n => $"tls_server_config:\n  cert: |\n{Repeat("    -----BEGIN X-----\n", n)}"),
        (
            "one end for all blocks",
            4000,
            n => $"tls_server_config:\n  cert: |\n{Each(i => $"    -----BEGIN {i}-----\n", n)}    -----END 0-----\n"
        ),
        ("a label without end", 4000, n => $"tls_server_config:\n  key: |\n    -----BEGIN {Repeat("-X-", n)}"),
        ("empty blocks", 400, n => $"tls_server_config:\n  cert: |\n{Repeat("    -----BEGIN X-----\n    -----END X-----\n", n)}"),
        ("bad users", 4000, n => $"basic_auth_users: {{{Each(i => $"u{i:d6}: p{i:d6}, ", n)}}}"),
        ("users that are no names", 4000, n => $"basic_auth_users: {{{Each(i => $"'u:{i:d6}': p, ", n)}}}"),
        ("suites", 4000, n => $"tls_server_config: {{cipher_suites: [{Each(i => $"S{i:d6}, ", n)}]}}"),
        (
            "an alias of a certificate",
            40,
            n => $"x: &a '-----BEGIN {Long}'\ntls_server_config: {{client_allowed_sans: [{Repeat("*a, ", n)}]}}"
        ),
    ];

    public static TheoryData<string> Names => [.. Shapes.Concat(WebShapes).Select(static shape => shape.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Twice_the_text_costs_about_twice_as_much(string name)
    {
        var pieces = Shapes.Concat(WebShapes).Single(shape => shape.Name == name).Pieces;
        Cost(name, pieces);

        var (once, twice) = (Cost(name, pieces), Cost(name, 2 * pieces));

        Assert.True(twice < MostGrowth * once, $"{twice} bytes for twice of {once}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_largest_text_costs_no_more_than_a_program_has(string name)
    {
        var of = Shapes.Concat(WebShapes).Single(shape => shape.Name == name).Of;
        var pieces = YamlComposer.MaxLength / 2 / Math.Max(1, (of(1001).Length - of(1).Length) / 1000);

        var bytes = Cost(name, pieces);

        Assert.True(bytes < MostBytes, $"{bytes} bytes for {of(pieces).Length} characters");
    }

    [Fact]
    public void What_is_too_much_is_refused_in_one_sentence_with_its_place()
    {
        var aliases = $"x: &a '{new string('k', 300_000)}'\n";
        (string Text, string Problem)[] all =
        [
            ($"{aliases}y: [{Repeat("*a, ", 20_000)}]", $"c.yml:2:13: {TooMuch("characters in all values, aliases counted in full")}"),
            (
                $"{aliases}accounts: [{Repeat("{api_key: *a}, ", 3000)}]",
                $"c.yml:2:52: {TooMuch("characters in all values, aliases counted in full")}"
            ),
            (
                $"accounts: [{{automations: {{exclude: [{Repeat("'${LONG}', ", 500)}]}}}}]",
                $"expected at most {Variables.MostCharacters} characters in place of all variables of the file"
            ),
        ];
        Assert.All(
            all,
            each =>
                Assert.Contains(
                    ConfigurationReader.Read("c.yml", each.Text, Environment).Problems,
                    problem => problem.At != default && problem.ToString().Contains(each.Problem, StringComparison.Ordinal)
                )
        );

        static string TooMuch(string of) => $"cannot be read as YAML: expected at most {YamlComposer.MaxLength} {of}";
    }

    /// <summary>A message beyond those that are listed is not made.</summary>
    [Fact]
    public void Only_the_problems_that_are_listed_are_put_into_words()
    {
        var reading = new ReadContext("c.yml", Environment);
        for (var i = 0; i < ProblemList.Most; i++)
        {
            Assert.Equal("\"x\"", reading.Show("x"));
            reading.AddProblem(default, "bad");
        }

        Assert.Equal("", reading.Show("x"));
        Assert.Equal("", reading.ShowFileName("x", "x", Exporter.Disk.FileContent.None("none")));
    }

    /// <summary>The bytes that reading n pieces asks for.</summary>
    private static long Cost(string name, int n)
    {
        var isWeb = WebShapes.Any(shape => shape.Name == name);
        var text = Shapes.Concat(WebShapes).Single(shape => shape.Name == name).Of(n);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var problems = isWeb
            ? WebAccessReader.Read("web.yml", text, Environment).Problems.Count
            : ConfigurationReader.Read("c.yml", text, Environment).Problems.Count;
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(problems, 0, ProblemList.Most + 1);
        return bytes;
    }

    private static string? Environment(string name) => name == "LONG" ? Long : null;

    private static string Repeat(string piece, int n) => string.Concat(Enumerable.Repeat(piece, n));

    private static string Each(Func<int, string> piece, int n) => string.Concat(Enumerable.Range(0, n).Select(piece));
}
