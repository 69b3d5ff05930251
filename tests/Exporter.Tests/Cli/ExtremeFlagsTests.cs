using Exporter.Cli;
using Exporter.Hosting;
using Exporter.Tests.Answers;
using Exporter.Tests.SendGrid;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.Cli;

/// <summary>
/// Every flag of every command, on the command line and as its variable, with whatever somebody may write there: an exit code, never an
/// exception.
/// </summary>
[Collection(nameof(OnVirtualTime))]
public sealed class ExtremeFlagsTests : IDisposable
{
    private static readonly string[] Extremes =
    [
        "",
        " ",
        "0",
        "-1",
        "1",
        "0.1",
        "1.5",
        "10000",
        "2147483647",
        "-2147483648",
        "9223372036854775807",
        "99999999999999999999999999",
        "1e3",
        "1e308",
        "-1e999",
        "NaN",
        "Infinity",
        "-Infinity",
        "0s",
        "1s",
        "30d",
        "31d",
        "10675199d",
        "99999999999999999999d",
        "-1s",
        "5",
        "0001-01-01",
        "0000-00-00",
        "2008-12-31",
        "2009-01-01",
        "2026-03-02",
        "2026-02-30",
        "٢٠٢٦-٠٣-٠٢",
        "１",
        "\0",
        "a\0b",
        "\r\n",
        "\u001b[2J",
        "9999-12-31",
        "10000-01-01",
        "-0001-01-01",
        "yesterday",
        ":0",
        ":65535",
        ":65536",
        "[::1]:1",
        "[",
        "]:1",
        "::::",
        "unix:/nowhere/socket",
        "=",
        "a=b",
        ",",
        "a,,b",
        "/",
        "/nowhere/at/all",
        "nowhere",
        "\ud800",
        "\u202e",
        "%00",
        "{0}",
        new('x', 100_000),
        new('9', 100_000),
        "--help",
        "-",
        "--",
        "@/etc/passwd",
    ];

    private readonly VirtualMachine _machine = new() { Network = Clients.Network };
    private readonly string _directory = Directory.CreateTempSubdirectory("sendgrid-exporter-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task No_flag_and_no_variable_ends_a_command_in_an_abort()
    {
        var missing = Path.Combine(_directory, "missing.yml");
        foreach (var (command, option) in Options())
        {
            // What serve is given beside is refused, so that it ends; healthcheck has no configuration.
            string[] beside = option == "--config.file" || command == "healthcheck" ? [] : [$"--config.file={missing}"];
            foreach (var extreme in Extremes)
            {
                await AssertEndsAsync([command, .. beside, $"{option}={extreme}"], variable: null);
                await AssertEndsAsync([command, .. beside], (EnvironmentFlags.NameOf(option), extreme));
            }

            // What is said twice, without its value, or behind what ends the flags.
            await AssertEndsAsync([command, .. beside, $"{option}=1", $"{option}=2"], (EnvironmentFlags.NameOf(option), "3"));
            await AssertEndsAsync([command, .. beside, option], variable: null);
            await AssertEndsAsync([command, .. beside, option, "--"], variable: null);
            await AssertEndsAsync([command, .. beside, "--", option], (EnvironmentFlags.NameOf(option), "x"));
        }
    }

    /// <summary><c>--from=0001-01-01</c> counted days back to before the first one there is.</summary>
    [Fact]
    public async Task No_flag_ends_a_backfill_in_an_abort_that_has_something_to_tell()
    {
        await using var server = new WireServer(static head =>
            WireServer.Ok(
                head.Contains("aggregated_by=day", StringComparison.Ordinal) ? Answer.Days("2026-03-01") : Answer.AutomationStatistics
            )
        );
        var configuration = $"""
            accounts:
              - api_key: SG.x
                base_url: {server.BaseUrl}
                automations: {"{"}discover: false, list: [{"{"}id: {Clients.Automation}{"}"}]{"}"}
            """;
        foreach (var source in (string[])["sendgrid", "store"])
        {
            foreach (var option in (string[])["--from", "--to", "--automations", "--label", "--output", "--storage.path"])
            {
                foreach (var extreme in Extremes)
                {
                    // A file is written where it can be: in a directory of its own.
                    var value =
                        option == "--output" && !extreme.StartsWith('/') && extreme.Length > 0
                            ? Path.Combine(_directory, extreme)
                            : extreme;
                    var (code, _, error) = await _machine.RunAsync(
                        "backfill",
                        configuration,
                        $"--source={source}",
                        "--every=1d",
                        $"{option}={value}"
                    );
                    Assert.True(code is 0 or 2 or 3, $"{option} {Short(extreme)}: {code}, {error}");
                }
            }
        }

        Assert.Equal(2, (await _machine.RunAsync("backfill", configuration, "--from=2026-03-01", "--to=2026-02-01")).ExitCode);
        Assert.Equal(2, (await _machine.RunAsync("backfill", configuration, "--from=9999-12-31")).ExitCode);
        Assert.Equal(2, (await _machine.RunAsync("backfill", configuration, "--source=world")).ExitCode);
        Assert.Equal(2, (await _machine.RunAsync("backfill", configuration, "--source=world", "--demo=false")).ExitCode);
        Assert.Equal(
            0,
            (await _machine.RunAsync("backfill", configuration, "--from=2009-01-01", "--to=9999-12-31", "--every=30d")).ExitCode
        );
    }

    [Fact]
    public async Task No_demo_is_too_extreme_to_be_begun()
    {
        foreach (var option in (string[])["--demo.speed", "--demo.seed"])
        {
            foreach (var extreme in Extremes)
            {
                await AssertEndsAsync(
                    ["backfill", "--demo", "--source=world", "--from=2026-03-02", "--automations=nobody", $"{option}={extreme}"],
                    variable: null
                );
            }
        }
    }

    /// <summary>What is no flag at all, and the flags of the other commands.</summary>
    [Fact]
    public async Task No_word_ends_a_command_in_an_abort()
    {
        string[] commands = [.. CommandLine.Root(new Surroundings()).Subcommands.Select(command => command.Name)];
        var flags = Options().Select(flag => flag.Option).Distinct().ToList();
        foreach (var command in commands)
        {
            // serve is given nothing to serve.
            string[] words =
            [
                .. Extremes,
                .. commands,
                .. flags.Select(flag => $"{flag}=1"),
                "---",
                "-x",
                "[suggest:1]",
                "[diagram]",
                "-d:1",
            ];
            foreach (var word in words.Except(["--help"]))
            {
                await AssertEndsAsync([command, word, "--config.file=/nowhere.yml"], variable: null);
            }
        }

        string[] alone = [.. Extremes.Except(["--", ""]), "---", "[suggest:1]", "[diagram]", "/?", "--version", "--version=1", "--help=1"];
        foreach (var word in alone)
        {
            await AssertEndsAsync([word], variable: null);
        }
    }

    [Fact]
    public async Task What_a_flag_from_the_environment_is_no_good_for_is_told_with_the_variable()
    {
        foreach (var (command, option) in Options())
        {
            var variable = EnvironmentFlags.NameOf(option);
            var (code, error) = await RunAsync([command], (variable, "\u0001\n"));
            var isNamed = error.Contains(variable, StringComparison.Ordinal) || !error.Contains($"{option}: ", StringComparison.Ordinal);
            Assert.True(code != 2 || isNamed, $"{command} {option}: {error}");
        }
    }

    /// <summary>
    /// Each flag of each command, but for those that print something, and the one that makes serve a demo, which does not end.
    /// </summary>
    private static IEnumerable<(string Command, string Option)> Options() =>
        from command in CommandLine.Root(new Surroundings()).Subcommands
        from option in command.Options
        where option.Name is not ("--help" or "--version" or "--demo")
        select (command.Name, option.Name);

    private async Task AssertEndsAsync(string[] arguments, (string Name, string Value)? variable)
    {
        var given = Short(string.Join(' ', arguments)) + (variable is { } twin ? $" {twin.Name}={Short(twin.Value)}" : "");
        var ended = await Record.ExceptionAsync(async () =>
        {
            var (code, error) = await RunAsync(arguments, variable);
            Assert.True(code is >= 0 and <= 4, $"{given}: {code}");
            Assert.True((code == 0) || error.Length > 0, $"{given}: {code} without a word");
            Assert.DoesNotMatch(@"Exception|\bSystem\.|^\s+at |mistake of sendgrid-exporter", error);
        });
        Assert.True(ended is null, $"{given}: {ended}");
    }

    private async Task<(int Code, string Error)> RunAsync(string[] arguments, (string Name, string Value)? variable)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var world = new Surroundings
        {
            Environment = name => name == variable?.Name ? variable?.Value : null,
            Output = output,
            Error = error,
            Time = _machine.Clock,
            Connect = _machine.Network.ConnectAsync,
        };
        return (await CommandLine.RunAsync(arguments, world), error.ToString());
    }

    private static string Short(string text) => text.Length > 200 ? $"{text[..200]}… ({text.Length})" : text;
}
