using System.CommandLine;
using System.Net.Sockets;
using Exporter.Configuration;
using Exporter.Configuration.Reload;
using Exporter.Configuration.Values;
using Exporter.Disk;
using Exporter.Hosting;
using Exporter.Telemetry;

namespace Exporter.Cli;

/// <summary>The command <c>serve</c>: polls in the background and answers HTTP until SIGTERM or SIGINT.</summary>
internal static class ServeCommand
{
    public const string Name = "serve";

    public static Command Create(Flags flags, Surroundings surroundings)
    {
        var command = new Command(Name, "Polls in the background and serves HTTP until SIGTERM or SIGINT.")
        {
            flags.ConfigFile,
            flags.AutoReloadInterval,
            flags.ListenAddresses,
            flags.SystemdSocket,
            flags.ExternalUrl,
            flags.RoutePrefix,
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
        command.SetAction(
            async (parsed, _) =>
            {
                using var output = new UnwaitingWriter(surroundings.Output);
                using var error = new UnwaitingWriter(surroundings.Error);

                // What waits in line is text of several lines; only the writer in front of it knows where a line begins.
                var unwaiting = surroundings with
                {
                    Output = new HarmlessWriter(output, surroundings.Harmless),
                    Error = new HarmlessWriter(error, surroundings.Harmless),
                };
                try
                {
                    return await RunAsync(flags, parsed, unwaiting, unwaiting.Signals.Stopping);
                }
                catch (OperationCanceledException) when (unwaiting.Signals.Stopping.IsCancellationRequested)
                {
                    // A signal ended the program before everything had started.
                    return ExitCode.Good;
                }
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(Flags flags, ParseResult parsed, Surroundings surroundings, CancellationToken stopping)
    {
        var narrator =
            parsed.GetValue(flags.Demo) || surroundings.IsAtTerminal ? new Narrator(surroundings.Output, surroundings.Time) : null;
        narrator?.Begin(BuildInfo.Current.Version, parsed.GetValue(flags.Demo));
        var shard = flags.ShardOf(parsed);
        var (webFile, webFiles) = (parsed.GetValue(flags.WebConfigFile), new NamedFiles());
        var access = await ReadAsync(() => ConfigurationReport.ReadWeb(webFile, surroundings, webFiles), stopping);
        if (access.Access is null)
        {
            return ExitCode.BadConfiguration;
        }

        var demo = flags.DemoOf(parsed) is { } asked ? await Demo.StartAsync(asked, surroundings, stopping) : null;
        await using var _ = new LetGo(demo, surroundings);
        var source = LogLevelFlag.Over(
            demo is null
                ? ReloadSource.Create(parsed.GetValue(flags.ConfigFile), surroundings.Environment)
                : new("demo", () => demo.Read(surroundings.Environment)),
            flags.LogLevelOf(parsed)
        );
        var read = await ReadAsync(() => ConfigurationReport.Read(source, surroundings.Error), stopping);
        if (!read.IsGood)
        {
            return ExitCode.BadConfiguration;
        }

        var polled = read.Options.OnShard(shard);
        if (demo is not null && polled.Accounts.Count > 0 && flags.DemoStoragePathOf(parsed) is not "")
        {
            narrator?.TellOfPast();
        }

        var store = demo is null
            ? null
            : await ReadAsync(
                () =>
                    DemoStore.Create(
                        flags.DemoStoragePathOf(parsed),
                        demo.World,
                        polled,
                        surroundings.Time.GetUtcNow(),
                        surroundings.Error
                    ),
                stopping
            );
        await using var __ = new LetGo(store, surroundings);
        var host = new ServeOptions
        {
            ListenAddresses = parsed.GetRequiredValue(flags.ListenAddresses),
            Place = flags.PlaceOf(parsed),
            MaxRequests = parsed.GetValue(flags.MaxRequests),
            LogFormat = flags.LogFormatOf(parsed),
            StoragePath = store?.Path ?? flags.StoragePathOf(parsed),
            Access = access,
            ReadAccess = () => WebAccessReader.Load(webFile, surroundings.Environment, webFiles),
            Source = source,
            FirstRead = read,
            EnableLifecycle = parsed.GetValue(flags.EnableLifecycle),
            AutoReloadInterval = flags.AutoReloadIntervalOf(parsed),
            Shard = shard,
        };
        try
        {
            host = await Listening.FindAsync(host, parsed.GetValue(flags.SystemdSocket), surroundings, stopping);
        }
        catch (IOException e)
        {
            await surroundings.Error.WriteLineAsync($"error: {e.Message}");
            return ExitCode.Fatal;
        }

        return await ServeAsync(read.Options, host, Started, surroundings, stopping);

        Task Started(IServiceProvider services, IReadOnlyCollection<string> addresses, CancellationToken ending)
        {
            IReadOnlyCollection<string> shown = [.. addresses.Select(Demo.BrowserAddress)];
            if (demo is null)
            {
                narrator?.Greet(shown, polled.Accounts.Count, shard, Durations.Format(polled.Poll.Interval));
            }

            return Task.WhenAll(
                demo?.WelcomeAsync(surroundings.Output, shown, polled.Accounts, shard, ending) ?? Task.CompletedTask,
                narrator?.RunAsync(services, ending) ?? Task.CompletedTask
            );
        }
    }

    /// <summary>Reads files, but stops waiting at a signal: a file may be a pipe without a writer.</summary>
    private static Task<T> ReadAsync<T>(Func<T> read, CancellationToken stopping) => Task.Run(read, stopping).WaitAsync(stopping);

    private static async Task<int> ServeAsync(
        ExporterOptions options,
        ServeOptions host,
        Func<IServiceProvider, IReadOnlyCollection<string>, CancellationToken, Task> started,
        Surroundings surroundings,
        CancellationToken stopping
    )
    {
        var app = ExporterHost.Build(options, host, surroundings);
        await using var _ = new LetGo(app, surroundings);
        try
        {
            await app.StartAsync(stopping);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // A stop, so that services that have started already do not report a failure of their own.
            await app.StopAsync(CancellationToken.None);
            if (e is OperationCanceledException)
            {
                return ExporterHost.HasFailed(app) ? ExitCode.Fatal : ExitCode.Good;
            }

            // Only the exception for a port in use includes the address.
            var where = e is SocketException ? $"{string.Join(", ", host.ListenAddresses)}: " : "";
            await surroundings.Error.WriteLineAsync($"error: cannot listen: {where}{e.Message}{NextStep.For(e)}");
            return ExitCode.Fatal;
        }

        ExporterHost.Announce(app);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var telling = started(app.Services, [.. host.Place.AddressesFor(app.Urls)], ending.Token);
        await app.WaitForShutdownAsync(stopping);

        // Output for people never delays the end.
        await ending.CancelAsync();
        await telling
            .WaitAsync(TimeSpan.Zero, TimeProvider.System, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExporterHost.HasFailed(app) ? ExitCode.Fatal : ExitCode.Good;
    }

    /// <summary>
    /// Disposes of something at the end, which pushes the last data and closes files. Whatever hangs is abandoned, as the process ends
    /// anyway.
    /// </summary>
    private sealed class LetGo(IAsyncDisposable? held, Surroundings surroundings) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (held is not null)
            {
                var disposed = Task.Run(async () => await held.DisposeAsync(), CancellationToken.None);
                await disposed
                    .WaitAsync(surroundings.Signals.TimeLeft / 3, TimeProvider.System, CancellationToken.None)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
