using System.CommandLine;
using Exporter.Cli;
using Exporter.Hosting;

namespace Exporter.Tests.Cli;

public sealed class EnvironmentFlagsTests
{
    private static readonly RootCommand Root = CommandLine.Root(new Surroundings());

    public static TheoryData<string, string> Flags =>
        [
            .. from command in Root.Subcommands
            from option in command.Options
            where option.Name is not ("--help" or "--version")
            select (command.Name, option.Name),
        ];

    [Theory]
    [MemberData(nameof(Flags))]
    public void Every_flag_of_every_command_has_a_twin_and_the_flag_wins(string command, string flag)
    {
        var twin = $"SENDGRID_EXPORTER_{flag[2..].Replace('.', '_').Replace('-', '_').ToUpperInvariant()}";
        string? Environment(string name) => name == twin ? "told" : null;

        Assert.Equal([command, $"{flag}=told"], EnvironmentFlags.AddTo([command], Root, Environment).Arguments);
        Assert.Equal([command, $"{flag}=mine"], EnvironmentFlags.AddTo([command, $"{flag}=mine"], Root, Environment).Arguments);
    }

    /// <summary>
    /// Compose makes an empty variable of <c>${X:-}</c>; a switch would be on, and the demo would serve what never happened. An empty
    /// <c>SENDGRID_EXPORTER_STORAGE_PATH</c> turned the saved state off without a word.
    /// </summary>
    [Theory]
    [MemberData(nameof(Flags))]
    public void An_empty_variable_counts_as_not_set(string command, string flag)
    {
        var line = EnvironmentFlags.AddTo([command], Root, name => name == EnvironmentFlags.NameOf(flag) ? "" : null);

        Assert.Equal([command], line.Arguments);
        Assert.Empty(line.Twins);
    }

    /// <summary>The variables that are no flags, too: what they would break is not looked at.</summary>
    [Fact]
    public async Task A_world_of_empty_variables_is_one_without_variables()
    {
        foreach (var empty in (string[])["SENDGRID_API_KEY", "SENDGRID_API_KEY_FILE"])
        {
            using var error = new StringWriter();
            using var output = new StringWriter();
            var key = Path.GetTempFileName();
            await File.WriteAllTextAsync(key, $"SG.{new string('a', 22)}.{new string('b', 43)}", TestContext.Current.CancellationToken);
            string? Environment(string name) =>
                name == empty ? ""
                : name == "SENDGRID_API_KEY" ? $"SG.{new string('a', 22)}.{new string('b', 43)}"
                : name == "SENDGRID_API_KEY_FILE" ? key
                : "";
            var world = new Surroundings
            {
                Environment = Environment,
                Output = output,
                Error = error,
            };

            Assert.Equal(0, await CommandLine.RunAsync(["check"], world));
            Assert.Equal("", error.ToString());
            File.Delete(key);
        }
    }

    [Fact]
    public void There_are_flags_to_speak_of() => Assert.True(Flags.Count > 25, $"{Flags.Count}");

    [Fact]
    public void The_twin_of_a_flag_that_may_stand_several_times_names_its_values_with_commas_between() =>
        Assert.Equal(
            ["serve", "--web.listen-address=:1", "--web.listen-address=:2"],
            EnvironmentFlags
                .AddTo(["serve"], Root, static name => name is "SENDGRID_EXPORTER_WEB_LISTEN_ADDRESS" ? ":1, :2" : null)
                .Arguments
        );
}
