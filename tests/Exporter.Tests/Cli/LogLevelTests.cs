using System.CommandLine;
using Exporter.Cli;
using Exporter.Configuration;
using Exporter.Configuration.Reload;
using Exporter.Hosting;
using Exporter.Telemetry;
using Microsoft.Extensions.Logging;

namespace Exporter.Tests.Cli;

/// <summary><c>log.level</c> in the file, <c>--log.level</c> and its twin.</summary>
public sealed class LogLevelTests
{
    [Theory]
    [InlineData("serve", null, null)]
    [InlineData("serve --log.level=debug", null, "Debug")]
    [InlineData("serve --log.level info", null, "Information")]
    [InlineData("serve", "warn", "Warning")]
    [InlineData("serve", "", null)]
    [InlineData("serve --log.level=error", "warn", "Error")]
    public void The_flag_and_its_twin_say_something_only_when_they_are_given(string given, string? twin, string? level)
    {
        var flags = new Flags();
        RootCommand root = [ServeCommand.Create(flags, new Surroundings())];
        var line = EnvironmentFlags.AddTo(given.Split(' '), root, name => name == "SENDGRID_EXPORTER_LOG_LEVEL" ? twin : null);

        Assert.Equal(level, flags.LogLevelOf(root.Parse(line.Arguments))?.ToString());
    }

    /// <summary>Every level of the file under every one of the flag, and without either.</summary>
    [Fact]
    public void The_flag_wins_and_a_file_that_says_something_else_is_warned_of()
    {
        LogLevel?[] levels = [null, .. LogOptions.Levels.Select(static level => (LogLevel?)level.Level)];
        foreach (var (file, flag) in levels.SelectMany(_ => levels, static (file, flag) => (file, flag)))
        {
            var read = LogLevelFlag.Over(Source(file), flag).Load();

            Assert.Equal(flag ?? file ?? LogLevel.Information, read.Options!.Log.InForce);
            Assert.Equal(file is not null && flag is not null && file != flag ? 1 : 0, read.Warnings.Count);
        }
    }

    [Fact]
    public void The_warning_says_which_wins_and_what_to_do() =>
        Assert.Equal(
            "test.yml: log.level: warn has no effect, because --log.level=debug (or SENDGRID_EXPORTER_LOG_LEVEL) is set and wins; "
                + "without it, the file decides",
            Assert.Single(LogLevelFlag.Over(Source(LogLevel.Warning), LogLevel.Debug).Load().Warnings).ToString()
        );

    [Fact]
    public void A_bad_file_stays_a_bad_file()
    {
        var bad = new ConfigurationResult(Options: null, [new Problem("test.yml", default, "bad")], []);

        Assert.Same(bad, LogLevelFlag.Over(new ReloadSource("test.yml", () => bad), LogLevel.Debug).Load());
    }

    private static ReloadSource Source(LogLevel? level) =>
        new(
            "test.yml",
            () =>
                new ConfigurationResult(
                    new ExporterOptions
                    {
                        Accounts = [],
                        Log = new LogOptions { Level = level },
                    },
                    [],
                    []
                )
        );
}
