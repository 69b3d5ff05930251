using Exporter.EndToEnd.Fixtures;
using Simulator;

namespace Exporter.EndToEnd;

/// <summary>A store that cannot be written is no reason to stop.</summary>
public sealed class StoreTroubleTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task On_a_full_disk_it_polls_and_serves_and_saves_as_soon_as_there_is_room()
    {
        string[] ownMounts = ["unshare", "--mount"];
        await using (var probe = ChildProcess.Start(ownMounts[0], [ownMounts[1], "mount", "-t", "tmpfs", "tmpfs", _directory.Path], _directory.Path))
        {
            Assert.SkipUnless(await probe.ExitCodeAsync() == 0, "only root can mount a small disk");
        }

        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var data = Directory.CreateDirectory(Path.Combine(_directory.Path, "data")).FullName;
        await using var exporter = await ExporterProcess.StartAsync(
            _directory, Configured.ByFile(_directory, sendGrid), environment: null, "127.0.0.1:0",
            [.. ownMounts, "sh", "-c", "mount -t tmpfs -o size=2m tmpfs \"$0\" && ! cat /dev/zero > \"$0/filler\" 2> /dev/null && exec \"$@\"", data]);
        var links = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true).LinkClicks().Count();
        await Eventually.TrueAsync(async () => (await exporter.ScrapeAsync())["sendgrid_automation_link_clicks"].Count() == links);
        var full = await exporter.ScrapeAsync();
        Assert.Equal(0, Assert.Single(full["sendgrid_exporter_state_last_save_timestamp_seconds"]).Value);
        await Eventually.TrueAsync(() => exporter.Complaints.Any());

        // The program sees another disk than the test does.
        File.Delete($"/proc/{exporter.Process.Id}/root{data}/filler");
        await Eventually.TrueAsync(async () => Assert.Single((await exporter.ScrapeAsync())["sendgrid_exporter_state_last_save_timestamp_seconds"]).Value > 0);
        Assert.Equal(1, Assert.Single((await exporter.ScrapeAsync())["sendgrid_exporter_state_usable"]).Value);
        Assert.Equal(0, await exporter.StopAsync());

        // That it is not saved is said once; what was given up for room, each time.
        Assert.Single(exporter.Complaints, static line => line.Contains("cannot be used", StringComparison.Ordinal) || line.Contains("cannot be saved", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_store_that_somebody_deletes_is_told_and_begun_anew()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var links = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true).LinkClicks().Count();
        var data = Path.Combine(_directory.Path, "data");
        await using (var exporter = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, sendGrid)))
        {
            await Configured.SavedAsync(exporter, sendGrid);

            // As long as a file is in its place, there is no new one.
            Directory.Delete(data, recursive: true);
            await File.WriteAllTextAsync(data, "", TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(async () => Assert.Single((await exporter.ScrapeAsync())["sendgrid_exporter_state_usable"]).Value == 0);
            File.Delete(data);
            await Eventually.TrueAsync(async () => Assert.Single((await exporter.ScrapeAsync())["sendgrid_exporter_state_usable"]).Value == 1);
            await Eventually.TrueAsync(() => exporter.Complaints.Any());
            Assert.Contains("it is a file, not a directory", Assert.Single(exporter.Complaints), StringComparison.Ordinal);
            Assert.Equal(0, await exporter.StopAsync());
        }

        sendGrid.Behaviours.Add("500-burst=3600");
        await using var second = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, sendGrid));
        Assert.Equal(links, (await second.ScrapeAsync())["sendgrid_automation_link_clicks"].Count());
    }
}
