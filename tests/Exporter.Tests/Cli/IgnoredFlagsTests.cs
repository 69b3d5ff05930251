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
    public void A_flag_without_effect_is_named(string given, string? warning) =>
        Assert.Equal(warning is null ? [] : [warning], Find(given, environment: null));

    [Theory]
    [InlineData("plan --demo", "CONFIG_FILE", "SENDGRID_EXPORTER_CONFIG_FILE is not read: --demo brings its own configuration")]
    [InlineData("serve", "DEMO_SPEED", "SENDGRID_EXPORTER_DEMO_SPEED has no effect without --demo")]
    public void What_comes_from_the_environment_is_named_as_the_variable(string given, string variable, string warning) =>
        Assert.Equal([warning], Find(given, $"SENDGRID_EXPORTER_{variable}"));

    /// <summary>A variable for the server beside is no mistake of whoever runs a backfill there.</summary>
    [Fact]
    public void The_directory_of_the_server_beside_is_no_mistake() => Assert.Empty(Find("backfill", "SENDGRID_EXPORTER_STORAGE_PATH"));

    private static IEnumerable<string> Find(string given, string? environment)
    {
        var root = CommandLine.Root(new Surroundings());
        var line = EnvironmentFlags.AddTo(given.Split(' '), root, name => name == environment ? "2" : null);
        return IgnoredFlags.Find(root.Parse(line.Arguments), line);
    }
}
