using System.Collections.Immutable;
using Exporter.History;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.Weather;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Exporter.Tests.History;

/// <summary>A store in a directory of its own, with one account and one campaign.</summary>
public abstract class StoreTests : IDisposable
{
    private protected static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private protected static readonly AccountIdentity Main = new("https://api.sendgrid.com", "main", "");

    private protected string StorePath { get; } = Directory.CreateTempSubdirectory("sendgrid-exporter-").FullName;
    private protected LogLines Lines { get; } = new();
    private protected ImmutableArray<SavedAccount> LastRestored { get; private set; }

    private protected string Log => string.Concat(Lines.All);

    private protected string DatabaseFile => Path.Combine(StorePath, "history.db");

    private protected IEnumerable<string> SetAside =>
        Directory.GetFileSystemEntries(StorePath).Where(file => file.Contains(".bad-", StringComparison.Ordinal));

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        Lines.Dispose();
        Directory.Delete(StorePath, recursive: true);
    }

    private protected static ObservedLink Row(string location, long clicks) =>
        new(new EmailKey("step"), location, $"https://shop.example/{location}?u=1", clicks);

    private protected static LinkTable Links(params (string Location, long Clicks)[] rows) =>
        LinkTable.Empty.ApplyWalk([.. rows.Select(row => Row(row.Location, row.Clicks))], new LinksOptions(), Noon);

    private protected static CampaignSnapshot Campaign(LinkTable links, DateTimeOffset? at = null) =>
        new()
        {
            Kind = CampaignKind.Automation,
            Id = "a",
            Label = "welcome",
            Interval = TimeSpan.FromMinutes(5),
            Health = PollHealth.Untried.Succeeded(at ?? Noon, TimeSpan.FromSeconds(1), 2),
            Data = new CampaignData { Links = links },
        };

    /// <summary>Some bytes turned over, a sector lost, or the end cut off.</summary>
    private protected static byte[] Damaged(byte[] good, Random random)
    {
        byte[] bad = [.. good];
        switch (random.Next(3))
        {
            case 0:
                for (var hit = random.Next(1, 20); hit > 0; hit--)
                {
                    bad[random.Next(bad.Length)] ^= (byte)random.Next(1, 256);
                }

                return bad;
            case 1:
                bad.AsSpan(random.Next(bad.Length / 512) * 512, 512).Clear();
                return bad;
            default:
                return bad[..random.Next(1, bad.Length)];
        }
    }

    private protected static Snapshot Of(CampaignSnapshot campaign, int maxAgeInDays = 10_000) =>
        new()
        {
            MaxAge = TimeSpan.FromDays(maxAgeInDays),
            Accounts =
            [
                new AccountSnapshot
                {
                    Identity = Main,
                    Name = "main",
                    Campaigns = [campaign],
                },
            ],
        };

    private protected static List<(int Day, int Clicks)> Changes(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var select = connection.Prepare("SELECT at, value FROM change ORDER BY at", transaction: null);
        using var rows = select.ExecuteReader();
        var changes = new List<(int, int)>();
        while (rows.Read())
        {
            changes.Add(((int)(DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(0)) - Noon).TotalDays, rows.GetInt32(1)));
        }

        return changes;
    }

    private protected HistoryService Service(AccountIdentity? accounts = null, string? path = null)
    {
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(Lines));
        var service = new HistoryService(
            path ?? StorePath,
            new HistoryOptions(),
            [accounts ?? Main],
            new Instruments().Storage,
            TimeProvider.System,
            factory.CreateLogger("history")
        );
        LastRestored = service.Restore(CancellationToken.None);
        return service;
    }

    private protected async Task SaveAsync(CampaignSnapshot campaign)
    {
        using var service = Service();
        service.Source = new SnapshotStore(Of(campaign));
        await service.StopAsync(CancellationToken.None);
    }

    private protected ImmutableArray<CampaignSnapshot> Restored()
    {
        using var service = Service();
        return LastRestored[0].Campaigns;
    }

    private protected ImmutableArray<CampaignSnapshot> Restored(HistoryDatabase open)
    {
        open.Checkpoint();
        open.Dispose();
        return Restored();
    }

    private protected void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }
}
