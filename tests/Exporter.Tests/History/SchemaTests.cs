using Exporter.History;
using Microsoft.Data.Sqlite;

namespace Exporter.Tests.History;

/// <summary>A store of an older version is brought forward, and one of a newer version is left alone.</summary>
public sealed class SchemaTests : StoreTests
{
    [Fact]
    public async Task A_store_of_a_newer_version_is_left_alone()
    {
        await SaveAsync(Campaign(Links(("0", 5))));
        Execute("PRAGMA user_version = 99");
        var before = await File.ReadAllBytesAsync(DatabaseFile, TestContext.Current.CancellationToken);

        using (var service = Service())
        {
            Assert.Empty(LastRestored[0].Campaigns);
            Assert.Null(service.File);
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(DatabaseFile, TestContext.Current.CancellationToken));
        Assert.Contains("version 99", Log, StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_version_is_brought_forward_and_keeps_what_it_holds()
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        Schema.Migrate(connection, ["CREATE TABLE a (x); INSERT INTO a VALUES (7)"]);

        Schema.Migrate(connection, ["not run again", "ALTER TABLE a ADD COLUMN y DEFAULT 8"]);

        Assert.Equal(2, connection.Scalar("PRAGMA user_version"));
        Assert.Equal(15, connection.Scalar("SELECT x + y FROM a"));
    }

    /// <summary>Until then only the time told that one was over; a time to come tells nothing.</summary>
    [Fact]
    public void What_was_over_in_a_store_of_an_older_version_is_so_in_the_new_one()
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        Schema.Migrate(connection, [.. Schema.Steps.Take(2)]);
        connection.Execute(
            """
            INSERT INTO account (id, base_url, name, on_behalf_of) VALUES (1, '', 'main', ''), (2, '', 'other', '');
            INSERT INTO campaign (account, kind, campaign_id, last_success, last_attempt, duration, pages, walk, seal) VALUES
                (1, 0, 'polled', 1000000000, 1700000000000, 0, 1, x'', x''),
                (1, 0, 'quiet', 1699900000000, NULL, 0, 1, x'', x''),
                (1, 0, 'over', 1699000000000, 1699000000000, 0, 1, x'', x''),
                (1, 0, 'to come', 4000000000000, NULL, 0, 1, x'', x''),
                (2, 0, 'alone', 1600000000000, NULL, 0, 1, x'', x'')
            """
        );

        Schema.Migrate(connection, Schema.Steps);

        Assert.Equal(1, connection.Scalar("SELECT count(*) FROM campaign WHERE gone = 'gone'"));
        Assert.Equal(1, connection.Scalar("SELECT gone = 'gone' FROM campaign WHERE campaign_id = 'over'"));
    }

    /// <summary>What was walked was told then.</summary>
    [Fact]
    public void What_was_known_in_a_store_of_an_older_version_is_so_in_the_new_one()
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        Schema.Migrate(connection, [.. Schema.Steps.Take(2)]);
        connection.Execute(
            """
            INSERT INTO account (id, base_url, name, on_behalf_of) VALUES
                (1, '', 'walked', ''), (2, '', 'Single Sends', ''), (3, '', 'empty', '');
            INSERT INTO campaign (account, kind, campaign_id, last_success, duration, pages, walk, seal) VALUES
                (1, 0, 'a', 1700000000000, 0, 1, x'00', x''),
                (1, 0, 'b', 1700000000000, 0, 1, x'', x''),
                (2, 1, 'c', 1700000000000, 0, 1, x'00', x'')
            """
        );

        Schema.Migrate(connection, Schema.Steps);

        Assert.Equal(1, connection.Scalar("SELECT count(*) FROM account WHERE pages = 'known'"));
        Assert.Equal(1, connection.Scalar("SELECT id FROM account WHERE pages = 'known'"));
    }

    [Fact]
    public void A_step_that_fails_leaves_the_version_before()
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        Schema.Migrate(connection, ["CREATE TABLE a (x)"]);

        Assert.Throws<SqliteException>(() => Schema.Migrate(connection, ["CREATE TABLE a (x)", "CREATE TABLE b (x)", "nonsense"]));

        Assert.Equal(1, connection.Scalar("PRAGMA user_version"));
        Assert.Equal(0, connection.Scalar("SELECT count(*) FROM sqlite_master WHERE name = 'b'"));
    }
}
