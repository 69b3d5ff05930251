using Exporter.History;
using Exporter.Snapshots;
using Microsoft.Data.Sqlite;

namespace Exporter.Tests.History;

/// <summary>What is saved of accounts while a store comes, goes or is in use elsewhere.</summary>
public sealed class SavedStateTests : StoreTests
{
    /// <summary>Each letter is what a run knew when it saved: n not all yet, d not all that was told, w all.</summary>
    [Theory]
    [InlineData("n", "None")]
    [InlineData("d", "Damaged")]
    [InlineData("w", "Whole")]
    [InlineData("dw", "Whole")]
    [InlineData("nw", "Whole")]
    [InlineData("wn", "Whole")]
    [InlineData("wd", "Whole")]
    [InlineData("dn", "Damaged")]
    public async Task Whether_all_pages_are_known_is_saved_with_the_account(string runs, string expected)
    {
        foreach (var run in runs)
        {
            using var service = Service();
            var snapshot = Of(Campaign(Links(("0", 5))));
            var pages = run switch
            {
                'w' => SavedLandingPages.Whole,
                'd' => SavedLandingPages.Damaged,
                _ => SavedLandingPages.None,
            };
            service.Source = new SnapshotStore(snapshot with { Accounts = [snapshot.Accounts[0] with { LandingPages = pages }] });
            await service.StopAsync(CancellationToken.None);
        }

        Restored();
        Assert.Equal(Enum.Parse<SavedLandingPages>(expected), LastRestored[0].LandingPagesUnder(UrlDisplay.Path));
        Execute("UPDATE account SET pages = 'knowm' WHERE pages = 'known'");
        Restored();
        Assert.NotEqual(SavedLandingPages.Whole, LastRestored[0].LandingPagesUnder(UrlDisplay.Path));
    }

    [Fact]
    public async Task A_store_that_cannot_be_opened_says_nothing_of_what_was_told_and_one_that_is_not_wanted_has_nothing()
    {
        await SaveAsync(Campaign(Links(("0", 5))));
        using (var holder = Service())
        {
            using var second = Service();
            Assert.Same(SavedAccount.Unread, LastRestored[0]);
        }

        using var none = Service(path: "");
        Assert.Same(SavedAccount.Nothing, LastRestored[0]);
    }

    [Fact]
    public async Task Of_two_programs_on_one_directory_the_second_goes_on_without_and_takes_over_when_the_first_has_ended()
    {
        using var first = Service();
        using (var second = Service())
        {
            Assert.Null(second.File);
            Assert.Contains("another process", Log, StringComparison.Ordinal);
            first.Dispose();
            second.Source = new SnapshotStore(Of(Campaign(Links(("0", 5)))));
            await second.StopAsync(CancellationToken.None);
            Assert.NotNull(second.File);
        }

        Assert.Equal(1, Lines.Count("nothing survives a restart"));
        Assert.Equal(1, Lines.Count("saved again"));
        Assert.Single(Restored());
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_told_once_and_used_as_soon_as_it_can_be()
    {
        var file = Path.Combine(StorePath, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        using var service = Service(path: file);
        service.Source = new SnapshotStore(Of(Campaign(Links(("0", 5)))));

        await service.StopAsync(CancellationToken.None);
        Assert.Null(service.File);
        File.Delete(file);
        await service.StopAsync(CancellationToken.None);

        Assert.Equal(Path.Combine(file, "history.db"), service.File);
        Assert.Equal(
            ["nothing survives a restart", "saved again"],
            ((string[])["nothing survives a restart", "cannot be saved", "saved again"]).Where(text => Lines.Count(text) == 1)
        );
    }

    /// <summary>A full disk, rights that were taken away and a lock are the same to the writer: an error that may pass.</summary>
    [Fact]
    public async Task What_cannot_be_written_is_told_once_and_written_when_it_can_be()
    {
        await SaveAsync(Campaign(Links(("0", 5))));
        using var service = Service();
        service.Source = new SnapshotStore(Of(Campaign(Links(("0", 6)), Noon.AddMinutes(5))));
        await using (var other = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False"))
        {
            await other.OpenAsync(TestContext.Current.CancellationToken);
            other.Execute("BEGIN EXCLUSIVE");
            await service.StopAsync(CancellationToken.None);
            await service.StopAsync(CancellationToken.None);
            Assert.Equal(1, Lines.Count("cannot be saved"));
        }

        await service.StopAsync(CancellationToken.None);
        service.Dispose();

        Assert.Equal(1, Lines.Count("saved again"));
        Assert.Equal(6, Assert.Single(Restored()).Data!.Links.Links[0].Clicks);
        Assert.Empty(SetAside);
    }

    [Fact]
    public async Task A_store_that_is_damaged_while_it_is_written_is_begun_anew_with_all_that_is_known()
    {
        using (var service = Service())
        {
            await service.StartAsync(CancellationToken.None);
            Execute("DROP TABLE change; DROP TABLE campaign");
            service.Source = new SnapshotStore(Of(Campaign(Links(("0", 5)))));
            await service.StopAsync(CancellationToken.None);
        }

        using (var service = Service())
        {
            service.Source = new SnapshotStore(Of(Campaign(Links(("0", 5)))));
            await service.StopAsync(CancellationToken.None);
        }

        Assert.NotEmpty(SetAside);
        Assert.Single(Restored());
    }
}
