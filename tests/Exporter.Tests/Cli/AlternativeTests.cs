using System.CommandLine;
using Exporter.Cli;
using Exporter.Hosting;

namespace Exporter.Tests.Cli;

/// <summary>
/// Of two settings that exclude each other a flag wins over a variable, and the more specific one where both are given alike; the other
/// one is named. A variable once beat a flag: <c>healthcheck --web.listen-address=…</c> asked <c>SENDGRID_EXPORTER_URL</c>.
/// </summary>
public sealed class AlternativeTests
{
    private static readonly RootCommand Root = CommandLine.Root(new Surroundings());

    /// <summary>What each flag is given as; switches are on.</summary>
    private static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal)
    {
        ["--demo"] = "true",
        ["--config.file"] = "/nowhere/at/all.yml",
        ["--web.systemd-socket"] = "true",
        ["--web.listen-address"] = "127.0.0.1:1",
        ["--url"] = "http://127.0.0.1:2",
        ["--web.external-url"] = "https://example.com/three",
        ["--web.route-prefix"] = "/four",
    };

    /// <summary>Each command with each pair that it has.</summary>
    public static TheoryData<string, string, string> Pairs =>
        [
            .. from command in Root.Subcommands
            from pair in Alternative.All
            where pair.AppliesTo(command.Name)
            where command.Options.Any(option => option.Name == pair.Specific) && command.Options.Any(option => option.Name == pair.General)
            select (command.Name, pair.Specific, pair.General),
        ];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_flag_wins_over_a_variable_and_the_specific_one_over_its_equal(string command, string specific, string general)
    {
        var isCommon = Alternative.All.Single(pair => pair.Specific == specific && pair.General == general).IsCommonTogether;

        var (words, warnings) = Complete(command, flags: [specific, general], variables: []);
        Assert.Equal(2, words.Count);
        Assert.Contains($"{general} is not read: {specific} ", Assert.Single(warnings), StringComparison.Ordinal);

        (words, warnings) = Complete(command, flags: [specific], variables: [general]);
        Assert.Equal([$"{specific}={Values[specific]}"], words);
        Assert.Equal(isCommon ? 0 : 1, warnings.Count);
        Assert.All(warnings, line => Assert.StartsWith($"{EnvironmentFlags.NameOf(general)} is not read: {specific} ", line));

        (words, warnings) = Complete(command, flags: [general], variables: [specific]);
        Assert.Equal([$"{general}={Values[general]}"], words);
        Assert.Equal(
            $"{EnvironmentFlags.NameOf(specific)} is not read: {general} is a flag, which wins over a variable",
            Assert.Single(warnings)
        );

        (words, warnings) = Complete(command, flags: [], variables: [specific, general]);
        Assert.Equal(2, words.Count);
        Assert.Equal(isCommon ? 0 : 1, warnings.Count);
        Assert.All(
            warnings,
            line => Assert.StartsWith($"{EnvironmentFlags.NameOf(general)} is not read: {EnvironmentFlags.NameOf(specific)} ", line)
        );
    }

    [Fact]
    public void There_are_pairs_to_speak_of() => Assert.Equal(10, Pairs.Count);

    /// <summary>A flag whose description says that it stands instead of another one is in the list.</summary>
    [Fact]
    public void No_flag_that_stands_instead_of_another_is_missing()
    {
        var instead =
            from command in Root.Subcommands
            from option in command.Options
            where option.Description?.Contains("instead of", StringComparison.Ordinal) == true
            select option.Name;

        Assert.Empty(instead.Except(Alternative.All.Select(static pair => pair.Specific)));
    }

    [Theory]
    [InlineData("serve --web.systemd-socket=false", "--web.listen-address")]
    [InlineData("serve --demo=false", "--config.file")]
    public void A_switch_that_is_off_excludes_nothing(string given, string general)
    {
        var words = given.Split(' ');
        var (complete, warnings) = Complete(words[0], [general], []);
        Assert.Empty(warnings);
        Assert.Single(complete);

        var line = EnvironmentFlags.AddTo(words, Root, name => name == EnvironmentFlags.NameOf(general) ? Values[general] : null);
        Assert.Contains($"{general}={Values[general]}", line.Arguments, StringComparer.Ordinal);
        Assert.Empty(IgnoredFlags.Find(Root.Parse(line.Arguments), line));

        // The other way round: the variable says no more than the default.
        line = EnvironmentFlags.AddTo(
            ["serve", $"{general}={Values[general]}"],
            Root,
            name => name == EnvironmentFlags.NameOf(words[1].Split('=')[0]) ? "false" : null
        );
        Assert.Empty(IgnoredFlags.Find(Root.Parse(line.Arguments), line));
    }

    /// <summary>The address that is really asked; every way of giving the two, and both ends of it.</summary>
    [Theory]
    [InlineData("--url --web.listen-address", "", 2)]
    [InlineData("--url", "--web.listen-address", 2)]
    [InlineData("--web.listen-address", "--url", 1)]
    [InlineData("", "--url --web.listen-address", 2)]
    [InlineData("--web.route-prefix", "--url --web.listen-address", 1)]
    [InlineData("--web.external-url", "--url --web.listen-address --web.route-prefix", 1)]
    public async Task Healthcheck_asks_the_one_that_wins(string flags, string variables, int port)
    {
        var asked = new List<int>();
        var world = new Surroundings
        {
            Environment = Environment(Split(variables)),
            Output = TextWriter.Null,
            Error = TextWriter.Null,
            Connect = (address, _) =>
            {
                asked.Add(address.Port);
                throw new HttpRequestException("no one is there");
            },
        };

        Assert.Equal(1, await CommandLine.RunAsync(["healthcheck", .. Split(flags).Select(Written)], world));
        Assert.All(asked, each => Assert.Equal(port, each));
        Assert.NotEmpty(asked);
    }

    [Theory]
    [InlineData("--demo --config.file", "", 0)]
    [InlineData("--demo", "--config.file", 0)]
    [InlineData("--config.file", "--demo", 2)]
    [InlineData("", "--demo --config.file", 0)]
    public async Task Check_reads_the_one_that_wins(string flags, string variables, int code)
    {
        var world = new Surroundings
        {
            Environment = Environment(Split(variables)),
            Output = TextWriter.Null,
            Error = TextWriter.Null,
        };

        Assert.Equal(code, await CommandLine.RunAsync(["check", .. Split(flags).Select(Written)], world));
    }

    private static string[] Split(string names) => names.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Written(string flag) => $"{flag}={Values[flag]}";

    private static Func<string, string?> Environment(string[] flags) =>
        name => flags.FirstOrDefault(flag => EnvironmentFlags.NameOf(flag) == name) is { } flag ? Values[flag] : null;

    private static (IReadOnlyList<string> Words, IReadOnlyList<string> Warnings) Complete(
        string command,
        string[] flags,
        string[] variables
    )
    {
        var line = EnvironmentFlags.AddTo([command, .. flags.Select(Written)], Root, Environment(variables));
        var parsed = Root.Parse(line.Arguments);
        Assert.Empty(parsed.Errors);
        return ([.. line.Arguments.Skip(1)], [.. IgnoredFlags.Find(parsed, line)]);
    }
}
