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
        await SkipUnlessRootAsync();
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var data = Directory.CreateDirectory(Path.Combine(_directory.Path, "data")).FullName;
        await using var exporter = await ExporterProcess.StartAsync(
            _directory,
            Configured.ByFile(_directory, sendGrid),
            environment: null,
            "127.0.0.1:0",
            [
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=2m tmpfs \"$0\" && ! cat /dev/zero > \"$0/filler\" 2> /dev/null && exec \"$@\"",
                data,
            ]
        );
        var links = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true).LinkClicks().Count();
        await Eventually.TrueAsync(async () => (await exporter.ScrapeAsync())["sendgrid_automation_link_clicks"].Count() == links);
        var full = await exporter.ScrapeAsync();
        Assert.Equal(0, Assert.Single(full["sendgrid_exporter_state_last_save_timestamp_seconds"]).Value);
        await Eventually.TrueAsync(() => exporter.Complaints.Any());
        await Eventually.TrueAsync(async () => Assert.Single((await exporter.ScrapeAsync())["sendgrid_exporter_state_usable"]).Value == 0);

        // The program sees another disk than the test does.
        File.Delete($"/proc/{exporter.Process.Id}/root{data}/filler");
        await Eventually.TrueAsync(async () =>
            Assert.Single((await exporter.ScrapeAsync())["sendgrid_exporter_state_last_save_timestamp_seconds"]).Value > 0
        );
        Assert.Equal(1, Assert.Single((await exporter.ScrapeAsync())["sendgrid_exporter_state_usable"]).Value);
        Assert.Equal(0, await exporter.StopAsync());

        // That it is not saved is said once; what was given up for room, each time.
        Assert.Single(
            exporter.Complaints,
            static line =>
                line.Contains("cannot be used", StringComparison.Ordinal) || line.Contains("cannot be saved", StringComparison.Ordinal)
        );
    }

    /// <summary>
    /// After a kill the last save is in the log. SQLite keeps that beside the database, not beside a link to it, and the index of the log
    /// in a file that a copy of the store may lack. As in a container nothing else can be written either.
    /// </summary>
    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public async Task What_was_saved_before_a_kill_is_restored_from_a_disk_that_can_only_be_read(bool isLinked, bool hasIndex)
    {
        await SkipUnlessRootAsync();
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var links = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true).LinkClicks().Count();
        var arguments = Configured.ByFile(_directory, sendGrid);
        var data = Directory.CreateDirectory(Path.Combine(_directory.Path, "data")).FullName;
        var database = Path.Combine(data, "history.db");
        if (isLinked)
        {
            database = Path.Combine(Directory.CreateDirectory(Path.Combine(data, "elsewhere")).FullName, "real.db");
            await File.WriteAllBytesAsync(database, [], TestContext.Current.CancellationToken);
            File.CreateSymbolicLink(Path.Combine(data, "history.db"), "elsewhere/real.db");
        }

        await using (var exporter = await ExporterProcess.StartAsync(_directory, arguments))
        {
            await Eventually.GetAsync(
                exporter.ScrapeAsync,
                page =>
                    Configured.IsPolled(page, sendGrid)
                    && page["sendgrid_exporter_state_last_save_timestamp_seconds"].Single().Value
                        >= page["sendgrid_automation_last_success_timestamp_seconds"].Max(static sample => sample.Value)
            );
            exporter.Process.Kill();
            await exporter.Process.ExitCodeAsync();
        }

        Assert.True(new FileInfo(database + "-wal").Length > 0);
        Assert.True(File.Exists(database + "-shm"));
        if (!hasIndex)
        {
            File.Delete(database + "-shm");
        }

        sendGrid.Behaviours.Add("500-burst=3600");
        await using var second = await ExporterProcess.StartAsync(
            _directory,
            arguments,
            environment: null,
            "127.0.0.1:0",
            [
                "unshare",
                "--mount",
                "sh",
                "-ec",
                "for place in \"$0\" /tmp /var/tmp; do mount --bind \"$place\" \"$place\"; mount -o remount,ro,bind \"$place\"; done; exec \"$@\"",
                data,
            ]
        );
        var restored = (await second.ScrapeAsync())["sendgrid_automation_link_clicks"].Count();
        Assert.True(restored == links, $"{restored} of {links}: {second.Error}");
        Assert.True(new FileInfo(database + "-wal").Length > 0);
    }

    /// <summary>As in an update that begins the new one before it ends the old one.</summary>
    [Fact]
    public async Task A_second_process_polls_and_serves_without_the_store_until_the_first_one_ends()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var links = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true).LinkClicks().Count();
        var arguments = Configured.ByFile(_directory, sendGrid);
        await using var first = await ExporterProcess.StartAsync(_directory, arguments);
        await Configured.SavedAsync(first, sendGrid);
        await using (var second = await ExporterProcess.StartAsync(_directory, arguments))
        {
            var page = await Eventually.GetAsync(second.ScrapeAsync, page => Configured.IsPolled(page, sendGrid));
            Assert.Equal(links, page["sendgrid_automation_link_clicks"].Count());
            Assert.Equal(0, Assert.Single(page["sendgrid_exporter_state_usable"]).Value);
            Assert.Equal(0, Assert.Single(page["sendgrid_exporter_state_last_save_timestamp_seconds"]).Value);
            Assert.Equal(1, Assert.Single((await first.ScrapeAsync())["sendgrid_exporter_state_usable"]).Value);
            await Eventually.TrueAsync(() => second.Complaints.Any());

            Assert.Equal(0, await first.StopAsync());
            await Eventually.TrueAsync(async () =>
                await second.ScrapeAsync() is var later
                && Assert.Single(later["sendgrid_exporter_state_usable"]).Value == 1
                && Assert.Single(later["sendgrid_exporter_state_last_save_timestamp_seconds"]).Value > 0
            );
            Assert.Contains("another process uses it", Assert.Single(second.Complaints), StringComparison.Ordinal);
            Assert.Empty(first.Complaints);
            Assert.Equal(0, await second.StopAsync());
        }

        sendGrid.Behaviours.Add("500-burst=3600");
        await using var third = await ExporterProcess.StartAsync(_directory, arguments);
        Assert.Equal(links, (await third.ScrapeAsync())["sendgrid_automation_link_clicks"].Count());
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
            await Eventually.TrueAsync(async () =>
                Assert.Single((await exporter.ScrapeAsync())["sendgrid_exporter_state_usable"]).Value == 0
            );
            File.Delete(data);
            await Eventually.TrueAsync(async () =>
                Assert.Single((await exporter.ScrapeAsync())["sendgrid_exporter_state_usable"]).Value == 1
            );
            await Eventually.TrueAsync(() => exporter.Complaints.Any());
            Assert.Contains("it is a file, not a directory", Assert.Single(exporter.Complaints), StringComparison.Ordinal);
            Assert.Equal(0, await exporter.StopAsync());
        }

        sendGrid.Behaviours.Add("500-burst=3600");
        await using var second = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, sendGrid));
        Assert.Equal(links, (await second.ScrapeAsync())["sendgrid_automation_link_clicks"].Count());
    }

    /// <summary>As with <c>LimitFSIZE=</c> or <c>ulimit -f</c>: the system sends a signal that ends whoever does not expect it.</summary>
    [Fact]
    public async Task A_file_that_may_not_grow_is_told_and_ends_nothing()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        await using var exporter = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, sendGrid));
        await Configured.SavedAsync(exporter, sendGrid);

        await DoAsync($"prlimit --fsize=8192:unlimited --pid {exporter.Process.Id} && truncate --size 0 data/history.db");
        await Eventually.TrueAsync(async () => Assert.Single((await exporter.ScrapeAsync())["sendgrid_exporter_state_usable"]).Value == 0);

        await DoAsync($"prlimit --fsize=unlimited:unlimited --pid {exporter.Process.Id}");
        await Eventually.TrueAsync(async () => Assert.Single((await exporter.ScrapeAsync())["sendgrid_exporter_state_usable"]).Value == 1);
        Assert.Equal(0, await exporter.StopAsync());
    }

    [Theory]
    [InlineData("truncate --size 0 data/history.db")]
    [InlineData("head --bytes 100000 /dev/urandom > data/history.db")]
    public async Task What_somebody_does_to_the_store_of_a_running_program_is_told_once_and_costs_nothing_that_is_known(string deed)
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var links = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true).LinkClicks().Count();
        var arguments = Configured.ByFile(_directory, sendGrid);
        await using (var exporter = await ExporterProcess.StartAsync(_directory, arguments))
        {
            var before = await Configured.SavedAsync(exporter, sendGrid);
            var saved = Assert.Single(before["sendgrid_exporter_state_last_save_timestamp_seconds"]).Value;
            await DoAsync(deed);
            await Eventually.TrueAsync(async () =>
                await exporter.ScrapeAsync() is var page
                && Assert.Single(page["sendgrid_exporter_state_last_save_timestamp_seconds"]).Value > saved
                && Assert.Single(page["sendgrid_exporter_state_usable"]).Value == 1
            );
            await Eventually.TrueAsync(() => exporter.Complaints.Any());
            Assert.Single(exporter.Complaints);
            Assert.Equal(0, await exporter.StopAsync());
        }

        sendGrid.Behaviours.Add("500-burst=3600");
        await using var second = await ExporterProcess.StartAsync(_directory, arguments);
        Assert.Equal(links, (await second.ScrapeAsync())["sendgrid_automation_link_clicks"].Count());
    }

    private async Task DoAsync(string deed)
    {
        await using var done = ChildProcess.Start("sh", ["-c", deed], _directory.Path);
        Assert.Equal(0, await done.ExitCodeAsync());
    }

    private async Task SkipUnlessRootAsync()
    {
        await using var probe = ChildProcess.Start(
            "unshare",
            ["--mount", "mount", "-t", "tmpfs", "tmpfs", _directory.Path],
            _directory.Path
        );
        Assert.SkipUnless(await probe.ExitCodeAsync() == 0, "only root can mount a disk of its own");
    }
}
