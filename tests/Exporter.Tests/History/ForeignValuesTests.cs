using System.Text.Json;
using System.Text.Json.Nodes;
using Exporter.Backfill;
using Exporter.Configuration;
using Exporter.History;
using Exporter.Polling;
using Exporter.Snapshots;
using Microsoft.Data.Sqlite;

namespace Exporter.Tests.History;

/// <summary>
/// SQLite accepts any value in any column, and JSON any value of any member. Whatever another program or damage leaves there, it costs
/// nothing beyond its own row: no read fails or runs forever, and the next save is good.
/// </summary>
public sealed class ForeignValuesTests : StoreTests
{
    private static readonly string[] Values =
    [
        "NULL",
        "-1",
        "7",
        "99",
        "4294967296",
        "300000000000000",
        "9223372036854775807",
        "-9223372036854775808",
        "1.5e300",
        "''",
        "'soon'",
        "x''",
        "x'00ff'",
        "CAST(x'ff61ff' AS TEXT)",
        "CAST(x'610062' AS TEXT)",
        "CAST(zeroblob(100000) AS TEXT)",
    ];

    /// <summary>Campaigns whose rows stay as they were written. All others begin with <c>c</c>.</summary>
    private static readonly string[] Untouched = ["a", "b", "d", "e"];

    private static readonly CampaignSnapshot[] Five = Campaigns(["a", "b", "c", "d", "e"], Noon);

    /// <summary>Each value in the row of a campaign of its own, all in one store.</summary>
    [Theory]
    [InlineData("campaign", "kind", "campaign_id", "up", "last_success", "last_attempt", "duration", "pages", "reason", "error")]
    [InlineData("campaign", "walk", "seal", "gone")]
    [InlineData("series", "what", "first", "second", "location", "first_seen")]
    [InlineData("change", "at", "value")]
    public async Task A_foreign_value_costs_only_its_own_row(string table, params string[] columns)
    {
        (string Id, string Value)[] foreign = [.. Values.Select(static (value, number) => ($"c{number}", value))];
        string[] all = [.. Untouched, .. foreign.Select(static each => each.Id)];
        await SaveAsync(Of(Campaigns(all, Noon)));
        var good = await File.ReadAllBytesAsync(DatabaseFile, TestContext.Current.CancellationToken);
        foreach (var column in columns)
        {
            await ReplaceAsync(good);
            foreach (var (id, value) in foreign)
            {
                TryExecute($"UPDATE OR IGNORE {table} SET {column} = {value} WHERE {Rows(table, id)}");
            }

            try
            {
                await HoldsAsync($"{column} of any value", all);
            }
            catch (InvalidOperationException)
            {
                // By itself each says which it is.
                foreach (var (id, value) in foreign)
                {
                    await ReplaceAsync(good);
                    TryExecute($"UPDATE OR IGNORE {table} SET {column} = {value} WHERE {Rows(table, id)}");
                    await HoldsAsync($"{column} = {value}", all);
                }

                throw;
            }
        }
    }

    [Theory]
    [InlineData("clock", "at")]
    [InlineData("account", "pages")]
    public async Task A_foreign_value_in_a_row_that_is_everybodys_costs_no_campaign(string table, string column)
    {
        await SaveAsync(Of(Five));
        var good = await File.ReadAllBytesAsync(DatabaseFile, TestContext.Current.CancellationToken);
        foreach (var value in Values)
        {
            await ReplaceAsync(good);
            if (TryExecute($"UPDATE OR IGNORE {table} SET {column} = {value}"))
            {
                await HoldsAsync($"{column} = {value}", Five.Select(static each => each.Id));
            }
        }
    }

    /// <summary>The seal fits, so that a version of this program, or somebody who knows it, has written the walk.</summary>
    [Fact]
    public async Task A_walk_that_lacks_anything_or_has_anything_else_in_its_place_costs_only_its_own_row()
    {
        var whole = Five[2] with
        {
            Name = "Welcome",
            StepNames = [("step", "First")],
            Data = Five[2].Data! with
            {
                ReportedClicks = 9,
                Statistics =
                [
                    new EmailStatistics(new EmailKey("step"), [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
                    new EmailStatistics(new EmailKey("other"), [null, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
                ],
                Links = Five[2]
                    .Data!.Links.ApplyWalk([new(new EmailKey("step"), "9", "https://shop.example/9", 3)], new LinksOptions(), Noon),
            },
        };
        await SaveAsync(Of([Five[0], Five[1], whole, Five[3], Five[4]]));
        var good = await File.ReadAllBytesAsync(DatabaseFile, TestContext.Current.CancellationToken);
        var stored = JsonSerializer.Serialize(StoredWalkMapper.ToStored(whole, whole.Data), StoredJson.Default.StoredWalk);
        var tried = 0;
        foreach (var walk in Variants(stored))
        {
            if (tried++ % 23 == 0)
            {
                await ReplaceAsync(good);
                Seal(walk, whole);
                await HoldsAsync(walk, Five.Select(static each => each.Id));
            }

            // Whatever is taken for a walk can be used like one.
            if (StoredWalkMapper.TryUnpack(Packed(walk)) is { } read)
            {
                var restored = StoredWalkMapper.Restore(read);
                _ = StoredWalkMapper.Totals(read).Values.Sum(static total => (double)total);
                _ = restored.Links.Resumed(TimeSpan.FromDays(36_500), Noon).ShiftBy(TimeSpan.FromDays(-36_500), Noon);
                Assert.All(restored.Statistics, static email => Assert.Equal(12, email.Values.Length));
            }
        }

        Assert.InRange(tried, 500, 5_000);
    }

    /// <summary>A text that is no UTF-8 sorts after the text that it is read as; pages by that key would come again for ever.</summary>
    [Fact]
    public async Task A_thousand_totals_with_keys_that_no_text_can_hold_are_read_once_each()
    {
        await SaveAsync(Of(Five));
        Execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO series SELECT NULL, campaign.id, "
                + "'link_clicks', CAST(x'ff' AS TEXT), CAST(x'ff' AS TEXT), CAST(x'ff' AS TEXT) || i, 0 FROM n, campaign WHERE campaign_id = 'c'"
        );

        using var reader = HistoryReader.Open(DatabaseFile);
        Assert.Equal(2_002, reader.Series(Main, CampaignKind.Automation, "c", SeriesKey.LinkClicks).Take(10_000).Count());
    }

    private static string Rows(string table, string id) =>
        table switch
        {
            "campaign" => $"campaign_id = '{id}'",
            "series" => $"campaign = (SELECT id FROM campaign WHERE campaign_id = '{id}')",
            _ => $"series IN (SELECT series.id FROM series JOIN campaign ON campaign.id = campaign WHERE campaign_id = '{id}')",
        };

    private static CampaignSnapshot[] Campaigns(IEnumerable<string> ids, DateTimeOffset at) =>
        [.. ids.Select((id, number) => StoreTools.Campaign(id, at, number + at.Minute, 7 + at.Minute))];

    private static Snapshot Of(CampaignSnapshot[] campaigns) => StoreTools.Of(campaigns);

    /// <returns>Whether the table allows it.</returns>
    private bool TryExecute(string sql)
    {
        try
        {
            Execute(sql);
            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    private async Task SaveAsync(Snapshot snapshot)
    {
        using var service = Service();
        service.Source = new SnapshotStore(snapshot);
        await service.StopAsync(CancellationToken.None);
    }

    private async Task ReplaceAsync(byte[] store)
    {
        foreach (var file in Directory.GetFiles(StorePath))
        {
            File.Delete(file);
        }

        await File.WriteAllBytesAsync(DatabaseFile, store, TestContext.Current.CancellationToken);
    }

    private async Task HoldsAsync(string what, IEnumerable<string> ids)
    {
        try
        {
            Read();
            var restored = Restored();
            Assert.Equal(Untouched, restored.Select(static each => each.Id).Where(static id => !id.StartsWith('c')).Order());
            Assert.All(restored, static each => Assert.Equal(Noon, each.Health.LastSuccess));
            Backfill();

            // Everything is new, so every row is written.
            await SaveAsync(Of(Campaigns(ids, Noon.AddMinutes(5))));
            Assert.Equal(ids.Order(), Restored().Where(Saved).Select(static each => each.Id).Order());
            Assert.DoesNotContain(Lines.All, static line => line.Contains("cannot be", StringComparison.Ordinal));
            Read();
            using var database = HistoryDatabase.Open(DatabaseFile);
            database.PruneAll(new HistoryOptions { MaxSize = 1 }, Noon.AddDays(400));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(what, e);
        }

        static bool Saved(CampaignSnapshot campaign) => campaign.Health.LastSuccess == Noon.AddMinutes(5);
    }

    /// <summary>Every read that serves a page, with the values of the campaigns that nobody touched.</summary>
    private void Read()
    {
        using var reader = HistoryReader.Open(DatabaseFile);
        foreach (var (kind, id, _) in reader.Campaigns(Main))
        {
            var read = reader.Read(Main, kind, id, DateTimeOffset.UnixEpoch, new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero));
            Assert.True(!Untouched.Contains(id) || read.Count == 2, id);
            Assert.All(read.SelectMany(static series => series.Observations), static seen => Assert.False(seen.Value < 0));
            _ = reader.Extent(Main, kind, id, SeriesKey.LinkClicks);
            _ = reader.Courses(Main, kind, id, [Noon, Noon.AddDays(1)]).ToList();
            foreach (var campaign in Five.Where(each => each.Id == id))
            {
                _ = Outliers.Compare(reader, Main, campaign, campaign.Data, TimeSpan.FromDays(90));
            }
        }
    }

    private void Backfill()
    {
        var request = new BackfillRequest(
            BackfillOrigin.Store,
            new DateOnly(2026, 1, 1),
            new DateTimeOffset(2026, 1, 3, 0, 0, 0, TimeSpan.Zero),
            new DateOnly(2026, 1, 3),
            TimeSpan.FromHours(1),
            [],
            [],
            Output: null,
            StorePath
        );
        var account = Some.Account("c");
        account = account with { Api = Some.Api with { Name = "main" }, Automations = account.Automations with { Discover = true } };
        var options = new ExporterOptions { Accounts = [account with { SingleSends = new SingleSendsOptions { Discover = true } }] };
        var gaps = new BackfillGaps();
        using var store = StoreBackfillSource.Open(request, gaps)!;
        var series = StoreBackfillSource.Read(store, options, request, gaps);
        Assert.True(BackfillWriter.Write(TextWriter.Null, series, []) > 0);
        Assert.True(series.Count >= 8, $"{series.Count}");
    }

    private void Seal(string walk, CampaignSnapshot campaign)
    {
        var packed = Packed(walk);
        var seal = Exporter.History.Seal.Compute(
            Main,
            campaign.Kind,
            campaign.Id,
            campaign.Health,
            System.Security.Cryptography.SHA256.HashData(packed)
        );
        Execute(
            $"UPDATE campaign SET walk = x'{Convert.ToHexString(packed)}', seal = x'{Convert.ToHexString(seal)}', "
                + $"last_success = {campaign.Health.LastSuccess!.Value.ToUnixTimeMilliseconds()}, "
                + $"last_attempt = {campaign.Health.LastAttempt!.Value.ToUnixTimeMilliseconds()} WHERE campaign_id = 'c'"
        );
    }

    private static byte[] Packed(string json)
    {
        using var packed = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionLevel.Fastest))
        {
            zlib.Write(System.Text.Encoding.UTF8.GetBytes(json));
        }

        return packed.ToArray();
    }

    /// <summary>The document with each of its values taken away, or something else in its place.</summary>
    private static IEnumerable<string> Variants(string json)
    {
        string?[] others = ["null", "-1", "99", "9223372036854775807", "1e300", "\"\"", "\"x\"", "true", "[]", "[null]", "{}", null];
        yield return "{}";
        yield return "null";
        yield return "[]";
        yield return json[..(json.Length / 2)];
        foreach (var path in Paths(JsonNode.Parse(json)!, []))
        {
            foreach (var other in others)
            {
                var copy = JsonNode.Parse(json)!;
                var parent = path[..^1].Aggregate(copy, static (node, key) => key is int at ? node[at]! : node[(string)key]!);
                if (path[^1] is int number)
                {
                    Change(parent.AsArray(), number, other);
                }
                else
                {
                    Change(parent.AsObject(), (string)path[^1], other);
                }

                yield return copy.ToJsonString();
            }
        }
    }

    private static void Change(JsonArray values, int at, string? other)
    {
        if (other is null)
        {
            values.RemoveAt(at);
        }
        else
        {
            values[at] = JsonNode.Parse(other);
        }
    }

    private static void Change(JsonObject members, string name, string? other)
    {
        if (other is null)
        {
            members.Remove(name);
        }
        else
        {
            members[name] = JsonNode.Parse(other);
        }
    }

    private static IEnumerable<object[]> Paths(JsonNode node, object[] path) =>
        (
            node switch
            {
                JsonObject members => members.Select(static member => ((object)member.Key, member.Value)),
                JsonArray values => values.Select(static (value, at) => ((object)at, value)),
                _ => [],
            }
        ).SelectMany(each =>
            (object[][])
                [
                    [.. path, each.Item1],
                    .. each.Item2 is null ? [] : Paths(each.Item2, [.. path, each.Item1]),
                ]
        );
}
