using Exporter.Configuration;
using Exporter.Configuration.Sections;

namespace Exporter.Tests.Configuration;

public sealed class ProblemListTests
{
    public static TheoryData<string, string> ManyMistakes =>
        new()
        {
            { "the same key", string.Concat(Enumerable.Repeat("a: 1\n", 30_000)) },
            { "the same key in one line", $"accounts: {{{string.Join(',', Enumerable.Repeat("a", 90_000))}}}\n" },
            { "lists as keys", string.Concat(Enumerable.Repeat("? [1]\n: 1\n", 20_000)) },
            { "tags", $"accounts: [{string.Join(',', Enumerable.Repeat("!x 1", 90_000))}]\n" },
            { "unknown keys", string.Concat(Enumerable.Range(0, 30_000).Select(static number => $"a{number}: 1\n")) },
            { "bad accounts", $"accounts:\n{string.Concat(Enumerable.Repeat("  - nmae: 1\n", 20_000))}" },
            { "equal ids", $"accounts:\n  - automations:\n      exclude: [{string.Join(',', Enumerable.Repeat("a", 90_000))}]\n" },
            { "accounts with keys", string.Concat(Enumerable.Range(0, 9000).Select(KeyedAccount).Prepend("accounts:\n")) },
        };

    [Theory]
    [MemberData(nameof(ManyMistakes))]
    public void However_much_is_wrong_no_more_is_listed_than_somebody_would_read(string mistakes, string text)
    {
        var read = ConfigurationReader.Read("c.yml", text, static _ => null);

        Assert.True(read.Problems.Count is > 0 and <= ProblemList.Most + 1, $"{mistakes}: {read.Problems.Count}");
        Assert.True(read.Warnings.Count <= ProblemList.Most + 1, $"{mistakes}: {read.Warnings.Count}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(ProblemList.Most)]
    [InlineData(ProblemList.Most + 1)]
    [InlineData(3 * ProblemList.Most)]
    public void What_is_not_listed_is_counted(int count)
    {
        var problems = new ProblemList();
        for (var line = count; line > 0; line--)
        {
            problems.Add(new Problem("c.yml", new(line, 1), "bad"));
        }

        var sorted = problems.Sorted("c.yml").ToList();
        var left = count - ProblemList.Most;

        Assert.Equal(count, problems.Count);
        Assert.Equal(Math.Min(count, ProblemList.Most), sorted.Count(static problem => problem.Message == "bad"));
        Assert.Equal(
            left > 0 ? [$"c.yml: {left} more are not listed"] : [],
            sorted.Skip(ProblemList.Most).Select(static last => $"{last}")
        );
    }

    [Fact]
    public void What_is_forgotten_is_not_counted_either()
    {
        var problems = new ProblemList();
        problems.Add(new Problem("c.yml", new(1, 1), "stays"));
        var mark = problems.Mark();
        for (var line = 0; line < 2 * ProblemList.Most; line++)
        {
            problems.Add(new Problem("c.yml", new(line, 1), "goes"));
        }

        problems.ReturnTo(mark);

        Assert.Equal("stays", Assert.Single(problems.Sorted("c.yml")).Message);
    }

    private static string KeyedAccount(int number) => $"  - name: a{number}\n    api_key: SG.{number:d22}.{number:d43}\n    nmae: x\n";
}
