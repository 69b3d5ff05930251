using Exporter.Cli;
using Exporter.Hosting;

namespace Exporter.Tests.Deploy;

/// <summary>deploy/COMMANDS.md has every command and every flag that there is, and no other.</summary>
public sealed class FlagsDocumentTests
{
    private static readonly string Document = RepositoryFiles.Read("deploy/COMMANDS.md");

    public static TheoryData<string, string> Flags =>
        [
            .. from command in CommandLine.Root(new Surroundings()).Subcommands
            from option in command.Options
            where option.Name is not ("--help" or "--version")
            select (command.Name, option.Name),
        ];

    [Theory]
    [MemberData(nameof(Flags))]
    public void Each_flag_has_a_row_that_names_the_command(string command, string flag)
    {
        var cells = Assert.Single(Rows("Flags"), row => Named(row[1]).Contains(flag));
        var applies =
            cells[2].Contains($"`{command}`", StringComparison.Ordinal)
            || (cells[2].StartsWith("all but `healthcheck`", StringComparison.Ordinal) && command != "healthcheck")
            || cells[2].StartsWith("with `--demo`", StringComparison.Ordinal);
        Assert.True(applies, $"{flag} is a flag of {command}; the document says {cells[2]}.");
    }

    [Fact]
    public void No_flag_and_no_command_is_there_that_the_program_does_not_have()
    {
        var root = CommandLine.Root(new Surroundings());
        var flags = root
            .Subcommands.SelectMany(static command => command.Options)
            .Select(static option => option.Name)
            .Concat(["--help", "--version"])
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
