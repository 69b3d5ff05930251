using System.CommandLine;
using System.Net.Sockets;
using Exporter.Configuration;

namespace Exporter.Cli;

/// <summary><c>serve</c>: polls in the background and answers HTTP until SIGTERM or SIGINT.</summary>
internal static class ServeCommand
{
    public static Command Create(Flags flags, Surroundings surroundings)
    {
        var command = new Command("serve", "Polls in the background and serves HTTP until SIGTERM or SIGINT.")
        {
            flags.ConfigFile,
            flags.AutoReloadInterval,
            flags.ListenAddresses,
            flags.WebConfigFile,
            flags.EnableLifecycle,
            flags.MaxRequests,
            flags.StoragePath,
            flags.ShardIndex,
            flags.TotalShards,
            flags.LogLevel,
            flags.LogFormat,
            flags.Demo,
            flags.DemoSpeed,
            flags.DemoSeed,
            flags.DemoBreakAfter,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var output = new UnwaitingWriter(surroundings.Output);
            using var error = new UnwaitingWriter(surroundings.Error);
            var world = surroundings with { Output = output, Error = error };
            var webFile = parsed.GetValue(flags.WebConfigFile);
            var access = ConfigurationReport.ReadWeb(webFile, world);
            if (access.Access is null)
            {
                return ExitCode.BadConfiguration;
            }

            var host = new HostOptions
            {
                ListenAddresses = parsed.GetRequiredValue(flags.ListenAddresses),
                MaxRequests = parsed.GetValue(flags.MaxRequests),
                LogLevel = flags.LogLevelOf(parsed),
                LogFormat = flags.LogFormatOf(parsed),
                StoragePath = flags.StoragePathOf(parsed),
                Access = access,
                ReadAccess = () => WebAccessReader.Load(webFile, world.Environment),
                EnableLifecycle = parsed.GetValue(flags.EnableLifecycle),
                AutoReloadInterval = flags.AutoReloadIntervalOf(parsed),
                Shard = flags.ShardOf(parsed),
            };
            await using var demo = flags.DemoOf(parsed) is { } asked ? await Demo.StartAsync(asked, world.Time, cancellation) : null;
            var source = demo is null ? ReloadSource.Of(parsed.GetValue(flags.ConfigFile), world.Environment) : new("demo", File: null, () => demo.Read(world.Environment));
            return ConfigurationReport.Read(source, world.Error) is { } options
                ? await RunAsync(options, host with { Source = source }, addresses => demo?.Welcome(world.Output, addresses), world, cancellation)
                : ExitCode.BadConfiguration;
        });
        return command;
    }

    private static async Task<int> RunAsync(
        ExporterOptions options, HostOptions host, Action<IReadOnlyCollection<string>> started, Surroundings world, CancellationToken cancellation)
    {
        await using var app = ExporterHost.Build(options, host, world);
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // What had started before is told that this is an end, not a failure of its own.
            await app.StopAsync(CancellationToken.None);
            // Only that a port is taken comes with its address.
            var where = e is SocketException ? $"{string.Join(", ", host.ListenAddresses)}: " : "";
            await world.Error.WriteLineAsync($"error: cannot listen: {where}{e.Message}");
            return ExitCode.Fatal;
        }

        ExporterHost.Announce(app);
        started([.. app.Urls]);
        await app.WaitForShutdownAsync(cancellation);
        return ExporterHost.HasFailed(app) ? ExitCode.Fatal : ExitCode.Good;
    }
}
