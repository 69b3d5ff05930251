using System.Net;
using System.Runtime.InteropServices;
using Exporter.EndToEnd.Fixtures;
using Simulator;

namespace Exporter.EndToEnd;

/// <summary>Other configurations put in force in the running program: by a signal, over HTTP, and by itself.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_signal_reloads_and_so_does_a_request_and_a_bad_file_is_refused_with_its_reasons()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Sized(2, 1, 2));
        var file = Write("sendgrid-exporter.yml", sendGrid, "first");
        await using var exporter = await ExporterProcess.StartAsync(
            _directory,
            ["--config.file", file, "--config.auto-reload-interval=0", "--web.enable-lifecycle"]
        );
        await ClicksAsync(exporter, "first");

        Write("sendgrid-exporter.yml", sendGrid, "second");
        exporter.Send(PosixSignal.SIGHUP);
        await ClicksAsync(exporter, "second");

        Write("sendgrid-exporter.yml", sendGrid, "third");
        Assert.Equal((HttpStatusCode.OK, "Reloaded.\n"), await ReloadAsync(exporter));
        await ClicksAsync(exporter, "third");

        _directory.Write("sendgrid-exporter.yml", "pol: {}\n");
        Assert.Equal(
            (
                HttpStatusCode.BadRequest,
                $"""
                The configuration is bad; the previous one stays in force.
                {file}:1:1: accounts: expected at least one account, found none
                {file}:1:1: pol: unknown key, did you mean poll?

                """
            ),
            await ReloadAsync(exporter)
        );
        await ClicksAsync(exporter, "third");
        await Eventually.TrueAsync(async () =>
            (await exporter.ScrapeAsync())["sendgrid_exporter_config_last_reload_successful"].Single().Value == 0
        );
        Assert.Contains(
            "The configuration on disk is bad",
            await exporter.Http.GetStringAsync("", TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        await Eventually.TrueAsync(() => exporter.Complaints.Count() == 2);
    }

    [Fact]
    public async Task A_mounted_secret_is_reloaded_when_its_symlink_changes()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Sized(2, 1, 2));
        await MountAsync("v1", sendGrid, "first", sendGrid.World.Accounts[0].ApiKey);
        var mounted = Path.Combine(_directory.Path, "..data", "sendgrid-exporter.yml");
        await using var exporter = await ExporterProcess.StartAsync(
            _directory,
            ["--config.file", mounted, "--config.auto-reload-interval=1s"]
        );
        await ClicksAsync(exporter, "first");
        Assert.Equal(HttpStatusCode.Forbidden, (await ReloadAsync(exporter)).Status);

        await MountAsync("v2", sendGrid, "second", sendGrid.World.Accounts[0].ApiKey);
        await ClicksAsync(exporter, "second");

        // A wrong key is refused; the right one is tried when its file changes, not an interval later.
        await MountAsync("v3", sendGrid, "second", "SG.wrong");
        await Eventually.TrueAsync(async () => (await exporter.ScrapeAsync())["sendgrid_up"].Single().Value == 0);
        await MountAsync("v4", sendGrid, "second", sendGrid.World.Accounts[0].ApiKey);
        await Eventually.TrueAsync(async () => (await exporter.ScrapeAsync())["sendgrid_up"].Single().Value == 1);

        var shown = await exporter.Http.GetStringAsync("config", TestContext.Current.CancellationToken);
        Assert.Contains("name: \"second\"", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("SG.", shown, StringComparison.Ordinal);
    }

    /// <summary>
    /// The level of the log, changed without a restart; and not changed where the flag is given, which the log then says.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_level_of_the_log_changes_with_the_file_unless_the_flag_is_given(bool isGiven)
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Sized(2, 1, 2));
        var file = Write("sendgrid-exporter.yml", sendGrid, "first");
        var twin = isGiven ? new Dictionary<string, string>(StringComparer.Ordinal) { ["SENDGRID_EXPORTER_LOG_LEVEL"] = "info" } : null;
        await using var exporter = await ExporterProcess.StartAsync(
            _directory,
            ["--config.file", file, "--config.auto-reload-interval=0"],
            twin
        );
        await ClicksAsync(exporter, "first");
        Assert.DoesNotContain(" level=debug ", exporter.Error, StringComparison.Ordinal);

        await File.AppendAllTextAsync(file, "log: {level: debug}\n", TestContext.Current.CancellationToken);
        exporter.Send(PosixSignal.SIGHUP);

        if (isGiven)
        {
            await Eventually.TrueAsync(() =>
                exporter.Error.Contains("log.level: debug has no effect, because --log.level=info", StringComparison.Ordinal)
            );
            Assert.Contains(
                "level: info",
                await exporter.Http.GetStringAsync("config", TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
            Assert.DoesNotContain(" level=debug ", exporter.Error, StringComparison.Ordinal);
        }
        else
        {
            await Eventually.TrueAsync(() => exporter.Error.Contains(" level=debug ", StringComparison.Ordinal));
            Assert.Empty(exporter.Complaints);
        }
    }

    /// <summary>As Kubernetes does it: a directory for each version, and <c>..data</c> points to the one in force.</summary>
    private async Task MountAsync(string version, SimulatedSendGrid sendGrid, string name, string key)
    {
        Directory.CreateDirectory(Path.Combine(_directory.Path, version));
        _directory.Write($"{version}/key", key);
        Write($"{version}/sendgrid-exporter.yml", sendGrid, name);
        File.CreateSymbolicLink(Path.Combine(_directory.Path, "..data_tmp"), version);
        await using var rename = ChildProcess.Start("mv", ["-T", "..data_tmp", "..data"], _directory.Path);
        Assert.Equal(0, await rename.ExitCodeAsync());
    }

    private string Write(string file, SimulatedSendGrid sendGrid, string name)
    {
        _directory.Write("key", sendGrid.World.Accounts[0].ApiKey);
        return _directory.Write(
            file,
            $"""
            poll: {"{"}interval: 1s, discovery_interval: 1s{"}"}
            accounts:
              - api_key_file: key
                base_url: {sendGrid.BaseUrl}
                automations:
                  discover: false
                  list:
                    - id: {sendGrid.World.Accounts[0].Automations[0].Id}
                      name: "{name}"

            """
        );
    }

    /// <summary>Waits until the automation is on the page under this name, with its values, and under no other.</summary>
    private static Task ClicksAsync(ExporterProcess exporter, string name) =>
        Eventually.TrueAsync(async () =>
            (await exporter.ScrapeAsync())["sendgrid_automation_link_clicks"].ToList() is { Count: > 0 } links
            && links.TrueForAll(link => link.Labels["automation"] == name)
        );

    private static async Task<(HttpStatusCode Status, string Text)> ReloadAsync(ExporterProcess exporter)
    {
        using var answer = await exporter.Http.PostAsync("-/reload", content: null, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
