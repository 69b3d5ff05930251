using Exporter.Cli;
using Exporter.Hosting;

namespace Exporter.Tests.Cli;

/// <summary>What does nothing beside the other flags is said to do nothing, by the name under which it was given.</summary>
public sealed class IgnoredFlagsTests
{
    [Theory]
    [InlineData("serve --demo --config.file=x.yml", "--config.file is not read: --demo brings its own configuration")]
    [InlineData("check --demo --config.file x.yml", "--config.file is not read: --demo brings its own configuration")]
    [InlineData("doctor --demo=true --config.file=x.yml", "--config.file is not read: --demo brings its own configuration")]
    [InlineData("plan --config.file=x.yml --demo", "--config.file is not read: --demo brings its own configuration")]
    [InlineData("backfill --demo --config.file=x.yml", "--config.file is not read: --demo brings its own configuration")]
    [InlineData("serve --demo.speed=2", "--demo.speed has no effect without --demo")]
    [InlineData("check --demo=false --demo.seed=2", "--demo.seed has no effect without --demo")]
    [InlineData("serve --demo.break-after=2m", "--demo.break-after has no effect without --demo")]
    [InlineData("backfill --storage.path=data", "--storage.path is not read: only --source=store reads the saved state")]
    [InlineData("backfill --demo --source=world --every=1m", "--every has no effect with --source=world, which always uses 5m")]
    [InlineData("serve --demo --demo.speed=2", null)]
    [InlineData("serve --config.file=x.yml", null)]
    [InlineData("backfill --source=store --storage.path=data", null)]
    public void A_flag_without_effect_is_named(string line, string? warning) =>
        Assert.Equal(
            warning is null ? [] : [warning],
            IgnoredFlags.Find(CommandLine.Root(new Surroundings()).Parse(line.Split(' ')), new HashSet<string>())
        );

    [Fact]
    public void What_comes_from_the_environment_is_named_as_the_variable() =>
        Assert.Equal(
            ["SENDGRID_EXPORTER_CONFIG_FILE is not read: --demo brings its own configuration"],
            IgnoredFlags.Find(
                CommandLine.Root(new Surroundings()).Parse(["plan", "--demo", "--config.file=x"]),
                new HashSet<string> { "--config.file" }
            )
        );

    /// <summary>A variable for the server beside is no mistake of whoever runs a backfill there.</summary>
    [Fact]
    public void The_directory_of_the_server_beside_is_no_mistake() =>
        Assert.Empty(
            IgnoredFlags.Find(
                CommandLine.Root(new Surroundings()).Parse(["backfill", "--storage.path=x"]),
                new HashSet<string> { "--storage.path" }
            )
        );
}
