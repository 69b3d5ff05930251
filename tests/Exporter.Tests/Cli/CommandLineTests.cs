using Exporter.Cli;
using Exporter.Hosting;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.Cli;

/// <summary>Who asks for help or for the version is answered, unless something else on the line is wrong.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class CommandLineTests
{
    private static readonly string[] Bad =
    [
        "--bogus",
        "--bogus=1",
        "-x",
        "---",
        "word",
        "[suggest:1]",
        "[diagram]",
        "--help=1",
        "--help=false",
        "--help:1",
        "--web.max-requests=junk",
        "--demo=maybe",
        "--url=x",
        "a\0b",
    ];

    private static readonly string[] Good = ["--demo", "--config.file=/nowhere"];

    public static TheoryData<string, string> All
    {
        get
        {
            var root = CommandLine.Root(new Surroundings());
            return
            [
                .. from command in root.Subcommands.Select(static command => command.Name).Prepend("")
                from option in root.Options
                from flag in option.Aliases.Append(option.Name)
                select (command, flag),
            ];
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Asking_beside_a_bad_flag_is_usage_and_2(string command, string flag)
    {
        string[] first = command.Length == 0 ? [] : [command];
        Assert.Equal((0, true, false), await RunAsync([.. first, flag]));
        foreach (var bad in Bad.Where(bad => command != "healthcheck" || !bad.StartsWith("--url", StringComparison.Ordinal)))
        {
            foreach (
                var line in (string[][])
                    [
                        [.. first, flag, bad],
                        [.. first, bad, flag],
                        [.. first, flag, bad, flag],
                    ]
            )
            {
                var ended = await RunAsync(line);
                Assert.True(ended == (2, false, true), $"{string.Join(' ', line)}: {ended}");
            }
        }
    }

    [Fact]
    public async Task Asking_beside_good_flags_or_under_bad_variables_is_answered()
    {
        foreach (var good in Good)
        {
            Assert.Equal((0, true, false), await RunAsync(["--help", good]));
            Assert.Equal((0, true, false), await RunAsync([good, "--help"]));
            Assert.Equal((0, true, false), await RunAsync(["--version", good]));
            Assert.Equal((0, true, false), await RunAsync([good, "--version"]));
        }

        Assert.Equal((0, true, false), await RunAsync(["serve", "--help"], "junk"));
        Assert.Equal((0, true, false), await RunAsync(["serve", "--version"], "junk"));
        Assert.Equal((2, false, true), await RunAsync(["--help", "--", "--version"]));
    }

    /// <summary>The runtime wraps what a thread or the first use of a class could not get. That is no bug of this program.</summary>
    [Fact]
    public void What_the_system_refuses_is_told_however_often_it_is_wrapped()
    {
        (Exception Cause, string Told)[] causes =
        [
            (new IOException("Cannot allocate memory"), "Cannot allocate memory"),
            (new InsufficientMemoryException(), "there is not enough memory"),
            (new InvalidOperationException("x"), "this is a bug in sendgrid-exporter, please report it: InvalidOperationException: x"),
        ];
        Func<Exception, Exception>[] wraps =
        [
            static e => new TypeInitializationException("Some.Class", e),
            static e => new TaskSchedulerException(e),
            static e => new AggregateException(e),
        ];
        foreach (var (cause, told) in causes)
        {
            Assert.Equal(told, CommandLine.Describe(cause));
            foreach (var (outer, inner) in wraps.SelectMany(_ => wraps, static (outer, inner) => (outer, inner)))
            {
                Assert.Equal(told, CommandLine.Describe(outer(inner(cause))));
            }
        }
    }

    private static async Task<(int Code, bool IsAnswered, bool IsUsage)> RunAsync(string[] arguments, string? variable = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(
            arguments,
            new Surroundings
            {
                Environment = name => name.EndsWith("MAX_REQUESTS", StringComparison.Ordinal) ? variable : null,
                Output = output,
                Error = error,
            }
        );
        return (code, output.ToString().Length > 0, error.ToString().Contains("Usage: ", StringComparison.Ordinal));
    }
}
