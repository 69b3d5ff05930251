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

        Assert.Equal([command, $"{flag}=told"], EnvironmentFlags.AddTo([command], Root, Environment));
        Assert.Equal([command, $"{flag}=mine"], EnvironmentFlags.AddTo([command, $"{flag}=mine"], Root, Environment));
    }

    /// <summary>
    /// Compose makes an empty variable of <c>${X:-}</c>; a switch would be on, and the demo would serve what never happened.
    /// </summary>
    [Theory]
    [MemberData(nameof(Flags))]
    public void An_empty_twin_is_not_set_unless_empty_means_something(string command, string flag) =>
        Assert.Equal(
            flag == "--storage.path" ? [command, "--storage.path="] : [command],
            EnvironmentFlags.AddTo([command], Root, name => name == EnvironmentFlags.NameOf(flag) ? "" : null)
        );

    [Fact]
    public void There_are_flags_to_speak_of() => Assert.True(Flags.Count > 25, $"{Flags.Count}");

    [Fact]
    public void The_twin_of_a_flag_that_may_stand_several_times_names_its_values_with_commas_between() =>
        Assert.Equal(
            ["serve", "--web.listen-address=:1", "--web.listen-address=:2"],
            EnvironmentFlags.AddTo(["serve"], Root, static name => name is "SENDGRID_EXPORTER_WEB_LISTEN_ADDRESS" ? ":1, :2" : null)
        );
}
