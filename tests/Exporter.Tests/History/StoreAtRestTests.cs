using Exporter.Snapshots;

namespace Exporter.Tests.History;

/// <summary>A store in whatever state never keeps the program from starting.</summary>
public sealed class StoreAtRestTests : StoreTests
{
    [Theory]
    [InlineData("no database at all")]
    [InlineData("")]
    public async Task A_file_that_is_no_database_is_set_aside_and_a_new_one_is_begun(string content)
    {
        await File.WriteAllTextAsync(DatabaseFile, content, TestContext.Current.CancellationToken);

        await SaveAsync(Campaign(Links(("0", 5))));

        Assert.Single(Restored());
        Assert.Equal(content.Length > 0 ? 1 : 0, SetAside.Count());
        Assert.Equal(content.Length > 0, Log.Contains("damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_half_written_database_is_set_aside()
    {
        await SaveAsync(Campaign(Links([.. Enumerable.Range(0, 500).Select(link => ($"{link}", 5L))])));
        using (var file = File.OpenWrite(DatabaseFile))
        {
            file.SetLength(file.Length / 2);
        }

        await SaveAsync(Campaign(Links(("0", 5))));

        Assert.NotEmpty(SetAside);
        Assert.Single(Restored());
    }

    [Theory]
    [InlineData("UPDATE campaign SET last_success = last_success + 60000")]
    [InlineData("UPDATE campaign SET up = 0")]
    [InlineData("UPDATE campaign SET reason = 99")]
    [InlineData("UPDATE campaign SET walk = x'00'")]
    [InlineData("UPDATE campaign SET campaign_id = 'b'")]
    [InlineData("UPDATE campaign SET last_attempt = 'soon'")]
    public async Task A_row_that_is_not_what_was_written_is_noticed(string change)
    {
        await SaveAsync(Campaign(Links(("0", 5_000_123))));
        Execute(change);

        Assert.Empty(Restored());
        Assert.Equal(1, Lines.Count("have no values until their next poll"));
        Assert.Empty(SetAside);
    }

    /// <summary>Whatever happens to the file: the truth or nothing is served, and from then on things are saved again.</summary>
    [Fact]
    public async Task Whatever_bytes_are_hit_nothing_wrong_is_served_and_the_next_save_is_good()
    {
        var saved = Campaign(Links([.. Enumerable.Range(0, 300).Select(link => ($"{link}", link * 7L))]));
        await SaveAsync(saved);
        var good = await File.ReadAllBytesAsync(DatabaseFile, TestContext.Current.CancellationToken);
        var kept = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            await File.WriteAllBytesAsync(DatabaseFile, Damaged(good, new Random(seed)), TestContext.Current.CancellationToken);
            var restored = Restored();
            Assert.True(restored is [] || (restored is [var only] && IsSame(only)), $"seed {seed}");
            kept += restored.Length;

            await SaveAsync(saved);
            Assert.True(Restored() is [var again] && IsSame(again), $"seed {seed}, after the next save: {Log}");
        }

        Assert.InRange(kept, 5, 55);

        bool IsSame(CampaignSnapshot restored) =>
            restored.Health.LastSuccess == saved.Health.LastSuccess && restored.Data!.HasSameNumbersAs(saved.Data);
    }

    [Fact]
    public void A_database_of_another_program_is_set_aside()
    {
        Execute("CREATE TABLE theirs (x); PRAGMA user_version = 1");

        Assert.Empty(Restored());
        Assert.Single(SetAside);
    }
}
