using Exporter.History;
using Exporter.Snapshots;
using Microsoft.Data.Sqlite;

namespace Exporter.Tests.History;

/// <summary>What a test keeps in a store, and does with it.</summary>
internal static class StoreTools
{
    public static readonly AccountIdentity Main = new("https://api.sendgrid.com", "main", "");

    /// <summary>An automation with one step, of which the links at places 0, 1, 2 … have so many clicks.</summary>
    public static CampaignSnapshot Campaign(string id, DateTimeOffset at, params long[] clicks) =>
        new()
        {
            Kind = CampaignKind.Automation,
            Id = id,
            Label = id,
            Interval = TimeSpan.FromMinutes(5),
            Health = PollHealth.Untried.Succeeded(at, TimeSpan.FromSeconds(1), pages: 1),
            Data = new CampaignData
            {
                Links = LinkTable.Empty.ApplyWalk(
                    [
                        .. clicks.Select(
                            (count, place) => new ObservedLink(new EmailKey("step"), $"{place}", $"https://shop.example/{place}", count)
                        ),
                    ],
                    new LinksOptions(),
                    at
                ),
            },
        };

    public static Snapshot Of(params CampaignSnapshot[] campaigns) =>
        new()
        {
            MaxAge = TimeSpan.FromDays(10_000),
            Accounts =
            [
                new AccountSnapshot
                {
                    Identity = Main,
                    Name = "main",
                    Campaigns = [.. campaigns],
                },
            ],
        };

    /// <summary>The clock of a store whose machine's clock was never wrong.</summary>
    public static HistoryClock At(DateTimeOffset now) => new(now, now - DateTimeOffset.UnixEpoch, now, Timestamp: 0);

    public static bool Save(this HistoryDatabase database, Snapshot snapshot, DateTimeOffset now) => database.Save(snapshot, At(now));

    /// <summary>An account whose saved state could not be read yet, with what this run knows of it.</summary>
    public static Snapshot Awaiting(AccountIdentity account, params CampaignSnapshot[] campaigns) =>
        new()
        {
            MaxAge = TimeSpan.FromDays(10_000),
            Accounts =
            [
                new AccountSnapshot
                {
                    Identity = account,
                    Awaited = account,
                    Name = account.Name,
                    Campaigns = [.. campaigns],
                },
            ],
        };

    /// <summary>Prunes to the end.</summary>
    /// <returns>How far back the changes reach that are kept.</returns>
    public static TimeSpan PruneAll(this HistoryDatabase database, HistoryOptions options, DateTimeOffset now, bool isFull = false)
    {
        var pruning = database.Prune(options, At(now), TimeProvider.System, isFull);
        while (pruning.Step()) { }

        return pruning.Kept;
    }

    /// <summary>Does something to a store behind the program's back.</summary>
    public static void Execute(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }
}
