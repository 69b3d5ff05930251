using System.Buffers;
using System.Text;
using CsCheck;
using Exporter.Backfill;
using Exporter.Configuration;
using Exporter.Exposition.Text;
using Exporter.History;
using Exporter.Polling;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.History;
using Exporter.Tests.Polling.Model;

namespace Exporter.Tests.Backfill;

/// <summary>The backfill of saved state ends where <c>/metrics</c> goes on: with the same series and the same values.</summary>
public sealed class StoredPastTests : StoreTests
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(6);

    /// <summary>The families that a backfill can write.</summary>
    private static readonly HashSet<string> Families =
    [
        .. from kind in Enum.GetValues<CampaignKind>()
        from what in EmailStatistics.Names.Concat([SeriesKey.LinkClicks, SeriesKey.ReportedClicks])
        let family = BackfillWriter.FamilyOf(kind, what)
        where family is not null
        select family,
    ];

    [Fact]
    public void The_last_samples_are_what_is_served_with_that_store_whatever_the_configuration_turns_off() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[0, 1_000_000], Gen.Int[0, 1_000_000])
            .Sample(
                (before, after, found) =>
                {
                    var (next, file) = (AnyPast.PlanOf(after), NewFile());
                    using var database = HistoryDatabase.Open(file);
                    AnyPast.Polled(AnyPast.PlanOf(before), new Random(found), (book, now) => Save(database, book.Snapshot, now));
                    var saved = database.Saved(next.Account.Identity, AnyPast.Second, CancellationToken.None);
                    var served = AnyPast.Book(next with { Saved = saved }, AnyPast.Second).Snapshot;

                    Assert.Equal(Served(served, AnyPast.Second), Backfilled(next, file, AnyPast.Second));
                },
                iter: 200,
                threads: 1
            );

    [Fact]
    public void Earlier_samples_are_what_was_served_at_their_time() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[0, 1_000_000])
            .Sample(
                (number, found) =>
                {
                    var (plan, served) = (AnyPast.PlanOf(number), new Dictionary<DateTimeOffset, List<string>>());
                    var file = NewFile();
                    using var database = HistoryDatabase.Open(file);
                    AnyPast.Polled(
                        plan,
                        new Random(found),
                        (book, now) =>
                        {
                            Save(database, book.Snapshot, now);
                            served[now] = Served(book.Snapshot, now);
                        }
                    );

                    Assert.All(served, each => Assert.Equal(each.Value, Backfilled(plan, file, each.Key)));
                },
                iter: 100,
                threads: 1
            );

    private string NewFile() => Path.Combine(StorePath, $"{Guid.NewGuid():N}.db");

    private static void Save(HistoryDatabase database, AccountSnapshot account, DateTimeOffset now) =>
        database.Save(new Snapshot { MaxAge = MaxAge, Accounts = [account] }, now);

    private static List<string> Served(AccountSnapshot account, DateTimeOffset now)
    {
        var page = new ArrayBufferWriter<byte>();
        var snapshot = new Snapshot { MaxAge = MaxAge, Accounts = [account] };
        Assert.All(PlainPage.Write(snapshot, new BuildInfo("1", "a", "10"), now, TextFormat.Prometheus, page), Assert.NotNull);
        return
        [
            .. Encoding
                .UTF8.GetString(page.WrittenSpan)
                .Split('\n')
                .Where(static line => Families.Contains(line.Split('{')[0]))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The samples of one time, as a page shows them.</summary>
    private static List<string> Backfilled(AccountPlan plan, string file, DateTimeOffset at)
    {
        var (day, gaps) = (DateOnly.FromDateTime(Some.Noon.UtcDateTime), new BackfillGaps());
        var request = new BackfillRequest(
            BackfillOrigin.Store,
            day,
            new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero),
            day,
            AnyPast.Second - Some.Noon,
            [],
            [],
            Output: null,
            StoragePath: ""
        );
        var options = new ExporterOptions
        {
            Poll = plan.Poll,
            Accounts = [plan.Account],
            Links = plan.Links,
        };
        using var store = HistoryReader.OpenAtRest(file);
        using var text = new StringWriter();
        BackfillWriter.Write(text, StoreBackfillSource.Read(store, options, request, gaps), []);
        var end = $" {at.ToUnixTimeMilliseconds() / 1000m}";
        return
        [
            .. text.ToString()
                .Split('\n')
                .Where(line => line.EndsWith(end, StringComparison.Ordinal))
                .Select(line => line[..^end.Length])
                .Order(StringComparer.Ordinal),
        ];
    }
}
