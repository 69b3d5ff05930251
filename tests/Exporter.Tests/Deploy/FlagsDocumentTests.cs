using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Exporter.Cli;
using Exporter.Hosting;

namespace Exporter.Tests.Deploy;

/// <summary>deploy/COMMANDS.md has every command and every flag that there is, and no other.</summary>
public sealed class FlagsDocumentTests
{
    private static readonly string Document = RepositoryFiles.Read("deploy/COMMANDS.md");

    public static TheoryData<string, string> Flags
    {
        get
        {
            var root = CommandLine.Root(new Surroundings());
            return
            [
                .. from command in root.Subcommands
                from option in command.Options.Concat(root.Options.Where(static option => option.Recursive))
                select (command.Name, option.Name),
            ];
        }
    }

    [Theory]
    [MemberData(nameof(Flags))]
    public void Each_flag_has_a_row_that_names_the_command(string command, string flag)
    {
        var cells = Assert.Single(Rows("Flags"), row => Named(row[1]).Contains(flag));
        var applies =
            cells[2].Contains($"`{command}`", StringComparison.Ordinal)
            || (cells[2].StartsWith("all but `healthcheck`", StringComparison.Ordinal) && command != "healthcheck")
            || cells[2].StartsWith("with `--demo`", StringComparison.Ordinal)
            || cells[2] == "all";
        Assert.True(applies, $"{flag} is a flag of {command}; the document says {cells[2]}.");
    }

    /// <summary>"All" is a promise that each flag keeps after each command.</summary>
    [Fact]
    public void A_flag_that_the_document_gives_to_all_commands_is_taken_by_all()
    {
        var root = CommandLine.Root(new Surroundings());
        var all = Rows("Flags").Where(static row => row[2] == "all").SelectMany(static row => Named(row[1])).ToList();

        Assert.Equal(["--help", "--version"], all);
        Assert.All(
            root.Subcommands.SelectMany(_ => all, static (command, flag) => $"{command.Name} {flag}"),
            line => Assert.Empty(root.Parse(line, CommandLine.Parsing).UnmatchedTokens)
        );
    }

    [Fact]
    public void No_flag_and_no_command_is_there_that_the_program_does_not_have()
    {
        var root = CommandLine.Root(new Surroundings());
        var flags = root
            .Subcommands.SelectMany(static command => command.Options)
            .Concat(root.Options)
            .Select(static option => option.Name)
            .ToHashSet(StringComparer.Ordinal);

        Assert.Empty(Rows("Flags").SelectMany(static row => Named(row[1])).Except(flags));
        Assert.Equal(
            root.Subcommands.Select(static command => command.Name).Order(StringComparer.Ordinal),
            Rows("Commands")
                .Select(static row => row[1].Split('`')[1].Split(' ')[0])
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
        );
    }

    /// <summary>Help and document said 35 days, while <c>--source=world</c> began 42 days ago.</summary>
    [Fact]
    public void The_first_day_of_a_backfill_is_the_one_that_help_and_document_say()
    {
        var today = new DateOnly(2026, 3, 2);
        var command = CommandLine.Root(new Surroundings()).Subcommands.Single(static each => each.Name == "backfill");
        var texts = (string[])
            [
                command.Options.Single(static option => option.Name == "--from").Description!,
                Assert.Single(Rows("Flags"), static row => Named(row[1]).Contains("--from"))[3],
            ];
        foreach (var source in (string[])["sendgrid", "store", "world"])
        {
            var flags = new BackfillFlags();
            var parsed = new Command("backfill") { flags.Source, flags.From, flags.To }.Parse([$"--source={source}"]);
            var days =
                today.DayNumber
                - flags.RequestOf(parsed, "", new DateTimeOffset(today.ToDateTime(new TimeOnly(12, 0)), TimeSpan.Zero)).First.DayNumber;

            Assert.All(texts, text => Assert.Equal(days, Days(text, source)));
        }

        static int Days(string text, string source)
        {
            var ofWorld = Regex.Match(text, @"with `?--source=world`? (?<days>\d+)", RegexOptions.None, TimeSpan.FromSeconds(1));
            var others = Regex.Match(text, @"(?<days>\d+) days ago", RegexOptions.None, TimeSpan.FromSeconds(1));
            var found = source == "world" ? ofWorld : others;
            return int.Parse(found.Groups["days"].Value, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The file of the packages said "Empty keeps none", and the document that an empty variable counts as not set.</summary>
    [Fact]
    public void No_document_says_that_an_empty_variable_means_something()
    {
        Assert.Contains("an empty variable counts as not set", Document, StringComparison.Ordinal);
        Assert.DoesNotContain("Empty keeps", RepositoryFiles.Read("deploy/packaging/sendgrid-exporter.default"), StringComparison.Ordinal);
    }

    /// <summary>The pairs that exclude each other are in the document, each in the order in which they win.</summary>
    [Fact]
    public void Each_pair_of_flags_that_exclude_each_other_is_in_the_document()
    {
        var sentences = Document.Split("Of two settings that exclude each other")[1].Split("\n\n")[0];
        Assert.All(Alternative.All, pair => Assert.Contains($"`{pair.Specific}`", sentences, StringComparison.Ordinal));
        Assert.All(
            Alternative.All.Where(static pair => pair.Specific != "--url"),
            pair => Assert.Contains($"`{pair.General}`", sentences, StringComparison.Ordinal)
        );
    }

    /// <summary>The flags in a cell, without their values.</summary>
    private static IEnumerable<string> Named(string cell) =>
        cell.Split('`').Where(static part => part.StartsWith("--", StringComparison.Ordinal)).Select(static part => part.Split('=')[0]);

    /// <summary>The rows of the table below a heading, without the table's own head.</summary>
    private static IEnumerable<string[]> Rows(string heading) =>
        Document
            .Split($"## {heading}\n")[1]
            .Split("\n## ")[0]
            .Split('\n')
            .Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(static line => line.Split('|', StringSplitOptions.TrimEntries));
}
