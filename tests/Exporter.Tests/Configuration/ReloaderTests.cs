using Exporter.Configuration;
using Exporter.Configuration.Reload;
using Exporter.Disk;
using Exporter.Hosting;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.VirtualTime;
using Exporter.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Configuration;

/// <summary>Real files on a virtual clock, written at every point between the steps of a reading.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class ReloaderTests : IDisposable
{
    /// <summary>Where a write may fall. The order is that of the first start.</summary>
    private enum Point
    {
        BeforeReading,
        BetweenFiles,
        BeforeApplying,
        AfterApplying,
        Started,
        Idle,
    }

    /// <summary>One write: a configuration of this name, or no configuration at all, or another key.</summary>
    private enum What
    {
        Name,
        NameAndKeyFile,
        Nonsense,
        Key,
    }

    private const int Runs = 60;

    private readonly string _directory = Directory.CreateTempSubdirectory("sendgrid-exporter-tests-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Whatever_is_written_while_files_are_read_or_applied_is_in_force_at_the_end()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            var dice = new Random(seed);
            var writes = Enumerable.Range(0, dice.Next(1, 5)).Select(_ => (OneOf<Point>(dice), OneOf<What>(dice))).ToList();
            var interval = dice.Next(2) == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(30);
            try
            {
                await new Run(_directory, writes).EndsInTheLastContentAsync(interval, hangsUp: dice.Next(2) == 0);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, looked at every {interval}, written: {string.Join(", ", writes)}", e);
            }
        }

        static T OneOf<T>(Random dice)
            where T : struct, Enum => Enum.GetValues<T>()[dice.Next(Enum.GetValues<T>().Length)];
    }

    /// <summary>A key file that somebody rewrites all the time.</summary>
    [Fact]
    public async Task A_file_that_never_rests_holds_up_no_reload()
    {
        var clock = new VirtualClock();
        var (file, written) = (Path.Combine(_directory, "restless"), 0);
        var options = ConfigurationReader.Read("test.yml", "accounts: [{api_key: SG.x}]", static _ => null).Options;
        Write();
        var store = new ConfigurationStore(Reloader.Initial("test", Load(), Moment.Now(clock)), new Instruments().ConfigurationFile);
        using var reloader = new Reloader(
            new ReloadSource("test", Load),
            Load(),
            static _ => Task.CompletedTask,
            store,
            clock,
            NullLogger<Reloader>.Instance
        );
        using var restless = clock.CreateTimer(_ => Write(), state: null, TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(300));

        var reload = reloader.ReloadAsync("test", isAsked: true);
        await clock.ForAsync(TimeSpan.FromSeconds(20));

        Assert.True(reload.IsCompletedSuccessfully);
        Assert.True((await reload).IsLastReadInForce);
        Assert.True(written > 20);

        void Write() => File.WriteAllText(file, $"{written++}");

        ConfigurationResult Load() => new(options, [], []) { Files = [new FileSeen(file, OperatorFile.Digest(file))] };
    }

    [Fact]
    public async Task A_reload_tells_that_what_only_a_start_changes_has_not_changed()
    {
        var clock = new VirtualClock();
        var text = "accounts: [{api_key: SG.x}]";
        var first = Load();
        var store = new ConfigurationStore(Reloader.Initial("test", first, Moment.Now(clock)), new Instruments().ConfigurationFile);
        using var reloader = new Reloader(
            new ReloadSource("test", Load),
            first,
            static _ => Task.CompletedTask,
            store,
            clock,
            NullLogger<Reloader>.Instance
        );
        Assert.DoesNotContain("otlp", await WarningsAsync(), StringComparison.Ordinal);

        text += "\notlp: {endpoint: http://127.0.0.1:4318, headers: key=a}";
        Assert.Contains("otlp: a change takes effect at the next start", await WarningsAsync(), StringComparison.Ordinal);

        text = "accounts: [{api_key: SG.x}]";
        Assert.DoesNotContain("otlp", await WarningsAsync(), StringComparison.Ordinal);

        async Task<string> WarningsAsync() => string.Join('\n', (await reloader.ReloadAsync("test", isAsked: true)).Warnings);

        ConfigurationResult Load() => ConfigurationReader.Read("test.yml", text, static _ => null);
    }

    [Fact]
    public async Task A_reload_with_the_same_push_settings_warns_of_nothing()
    {
        var store = new ConfigurationStore(
            Reloader.Initial("test", Load(), Moment.Now(TimeProvider.System)),
            new Instruments().ConfigurationFile
        );
        using var reloader = new Reloader(
            new ReloadSource("test", Load),
            Load(),
            static _ => Task.CompletedTask,
            store,
            TimeProvider.System,
            NullLogger<Reloader>.Instance
        );

        Assert.DoesNotContain(Reloader.OtlpUnchanged, (await reloader.ReloadAsync("test", isAsked: true)).Warnings);

        static ConfigurationResult Load() =>
            ConfigurationReader.Read(
                "test.yml",
                "accounts: [{api_key: SG.x}]\notlp: {endpoint: http://127.0.0.1:4318, headers: key=a}",
                static _ => null
            );
    }

    /// <summary>One start with its reloads, and what is written meanwhile.</summary>
    private sealed class Run(string directory, IReadOnlyList<(Point At, What What)> writes)
    {
        private readonly VirtualClock _clock = new();
        private readonly Signals _signals = new();
        private readonly NamedFiles _files = new();
        private int _written;
        private string _name = "first",
            _keyFile = "key";
        private bool _isNonsense;
        private ExporterOptions? _inForce;
        private ConfigurationResult? _lastRead;

        public async Task EndsInTheLastContentAsync(TimeSpan interval, bool hangsUp)
        {
            Put(What.Name);
            Put(What.Key);
            _written = 0;
            var first = Load();
            while (!first.IsGood)
            {
                // Such a start ends at once, and somebody mends the file.
                Put(What.Name);
                first = Load();
            }

            _inForce = first.Options;
            Hit(Point.Started);
            var store = new ConfigurationStore(Reloader.Initial("test", first, Moment.Now(_clock)), new Instruments().ConfigurationFile);
            using var reloader = new Reloader(
                new ReloadSource("test", Load),
                first,
                ApplyAsync,
                store,
                _clock,
                NullLogger<Reloader>.Instance
            );
            using var watcher = new ConfigurationWatcher(reloader, _signals.Hangups, interval, new Lifetime(), _clock);
            if (hangsUp)
            {
                _signals.HangUp();
            }

            await watcher.StartAsync(TestContext.Current.CancellationToken);
            await _clock.ForAsync(TimeSpan.FromMinutes(2));
            for (var before = -1; before < _written && _written < writes.Count; )
            {
                // What is left was to be written during a reading that nobody has asked for yet.
                before = _written;
                Hit(Point.Idle);
                _signals.HangUp();
                await _clock.ForAsync(TimeSpan.FromMinutes(2));
            }

            Assert.Equal(_isNonsense, !store.Current.IsLastReadInForce);
            Assert.Equal(_isNonsense, !_lastRead!.IsGood);
            if (!_isNonsense)
            {
                Assert.Equal(_name, _inForce!.Accounts[0].Api.Name);
                Assert.Equal(_lastRead.Files, _lastRead.Files.Select(file => new FileSeen(file.Path, OperatorFile.Digest(file.Path))));
            }

            await _clock.UntilAsync(watcher.StopAsync(TestContext.Current.CancellationToken));
        }

        private ConfigurationResult Load()
        {
            Hit(Point.BeforeReading);
            _lastRead = ConfigurationSource.Load(Path.Combine(directory, "config.yml"), Environment, _files);
            Hit(Point.BeforeApplying);
            return _lastRead;
        }

        private Task ApplyAsync(ExporterOptions next)
        {
            _inForce = next;
            Hit(Point.AfterApplying);
            return Task.CompletedTask;
        }

        /// <summary>
        /// A variable in the configuration is asked for once the file has been read, and before or after its key file is.
        /// </summary>
        private string? Environment(string name)
        {
            if (name != "POINT")
            {
                return null;
            }

            Hit(Point.BetweenFiles);
            return "subuser";
        }

        /// <summary>Writes what is next, if it was to be written here.</summary>
        private void Hit(Point point)
        {
            if (_written < writes.Count && writes[_written].At == point)
            {
                Put(writes[_written].What);
            }
        }

        private void Put(What what)
        {
            _written++;
            (_name, _keyFile) = what switch
            {
                What.Name => ($"name{_written}", _keyFile),
                What.NameAndKeyFile => ($"name{_written}", $"key{_written}"),
                _ => (_name, _keyFile),
            };
            if (what is What.NameAndKeyFile or What.Key)
            {
                File.WriteAllText(Path.Combine(directory, _keyFile), $"SG.{_written}.{_name}");
            }

            if (what != What.Key)
            {
                _isNonsense = what == What.Nonsense;
                File.WriteAllText(
                    Path.Combine(directory, "config.yml"),
                    _isNonsense ? "pol: {}" : $"accounts: [{{name: {_name}, on_behalf_of: '${{POINT}}', api_key_file: {_keyFile}}}]"
                );
            }
        }
    }
}
