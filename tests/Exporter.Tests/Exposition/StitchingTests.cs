using System.Buffers;
using System.Collections.Immutable;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using CsCheck;
using Exporter.Exposition;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.Snapshots;

namespace Exporter.Tests.Exposition;

/// <summary>The compressed page is made of kept pieces; whatever has changed, it reads as the page written anew.</summary>
public sealed class StitchingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly BuildInfo Build = new("1.2.3", "abc", "10.0.0");
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);
    private static readonly LinksOptions Options = new() { MaxPerAutomation = 6, MissingGrace = TimeSpan.FromMinutes(30), Url = UrlDisplay.Full };

    private static readonly Gen<string> Text = Gen.OneOf(Gen.String, Gen.Char["\\\"\n\r\t {}=,#é\u2028\ud83d\ude00"].Array[0, 8].Select(chars => new string(chars)));

    private static readonly Gen<ObservedLink[]> Rows = Gen.Select(
        Gen.OneOf(Gen.OneOf("a", "b"), Text), Gen.OneOf("0", "1", "2", "10", "unknown"), Text, Gen.Int[0, 3],
        static (step, location, url, clicks) => new ObservedLink(new EmailKey(step), location, url, clicks)).Array[0, 12];

    /// <summary>One thing that happens between two scrapes.</summary>
    private static readonly Gen<Func<Snapshot, DateTimeOffset, Snapshot>> Changes = Gen.OneOf(
        Gen.Select(Gen.Int[0, 50], Rows, static (which, rows) => Change(which, (campaign, now) => campaign with
        {
            Health = campaign.Health.Succeeded(now, TimeSpan.FromSeconds(1), 1),
            Data = new CampaignData
            {
                Links = (campaign.Data?.Links ?? LinkTable.Empty).After(rows, Options, now),
                Statistics = EmailStatistics.Sharing([.. rows.Take(2).Select(row => new EmailStatistics(row.Email, [.. Enumerable.Repeat(row.Clicks, 12)])).DistinctBy(email => email.Email)], campaign.Data?.Statistics ?? []),
            },
        })),
        Gen.Int[0, 50].Select(static which => Change(which, static (campaign, now) => campaign with { Health = campaign.Health.Failed(now, TimeSpan.Zero, 0, Failures.Of(FailureReason.Timeout, "")) })),
        Gen.Select(Gen.Int[0, 50], Text, static (which, label) => Change(which, (campaign, _) => campaign with { Label = campaign.Id + label })),
        Gen.Select(Gen.Int[0, 50], Text, static (which, name) => Change(which, (campaign, _) => campaign with { Name = name, StepNames = [("a", name)] })),
        Gen.Select(Gen.Int[0, 50], Text, static (which, status) => Change(which, (campaign, _) => campaign with { Status = status, Interval = TimeSpan.FromSeconds(status.Length) })),
        Gen.Select(Gen.Int[0, 1], Gen.Int[-1, 1], static (number, use) => ChangeAccount(number, (account, now) => account with
        {
            KeyAccepted = use < 0 ? null : use > 0,
            BudgetUtilization = use < 0 ? null : use / 3d,
            Discovery = account.Discovery.SetItem(
                CampaignKind.Automation, account.Discovery.GetValueOrDefault(CampaignKind.Automation, PollHealth.Untried).Failed(now, TimeSpan.Zero, 0, Failures.Of(FailureReason.Forbidden, ""))),
        })),
        Gen.Select(Gen.Int[0, 1], Gen.Bool, static (account, isSend) => ChangeCampaigns(account, campaigns => campaigns.Add(Campaign($"id-{account}-{campaigns.Length}-{isSend}", isSend)))),
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 50], static (account, which) => ChangeCampaigns(account, campaigns => campaigns.IsEmpty ? campaigns : campaigns.RemoveAt(which % campaigns.Length))),
        Gen.Const<Func<Snapshot, DateTimeOffset, Snapshot>>(static (snapshot, _) => snapshot));

    private static readonly Gen<TimeSpan> Passing = Gen.Int[-40, 40].Select(static minutes => TimeSpan.FromMinutes(minutes));

    [Fact]
    public void For_any_sequence_of_changes_the_stitched_pages_are_the_pages_written_anew() =>
        Gen.Select(Gen.Select(Changes, Passing, Gen.Enum<TextFormat>()).Array[1, 25], Gen.Int[0, 40]).Sample((steps, campaigns) =>
        {
            var builder = new PageBuilder(Build);
            CompressedPage? page = null;
            var (snapshot, now) = (Begin(campaigns), Noon);
            foreach (var (change, passing, format) in steps)
            {
                snapshot = change(snapshot, now);
                now += passing;
                page = page?.Shows(snapshot, now) == true ? page : builder.Build(snapshot, now);

                Assert.Equal(Plain(snapshot, now, format), Unzip(Zip(page, format)));
            }
        }, iter: 100);

    private static byte[] Zip(CompressedPage page, TextFormat format)
    {
        var totals = page.Totals(format);
        using var stream = new MemoryStream();
        var output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        GzipMember.WriteAsync(output, [page.Pieces(format)], totals, CancellationToken.None).GetAwaiter().GetResult();
        Assert.Equal(stream.Length, GzipMember.Length(totals));
        return stream.ToArray();
    }

    private static string Unzip(byte[] body)
    {
        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        using var text = new MemoryStream();
        gzip.CopyTo(text);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static string Plain(Snapshot snapshot, DateTimeOffset now, TextFormat format)
    {
        var body = new ArrayBufferWriter<byte>();
        Assert.All(PlainPage.Write(snapshot, Build, now, format, body), Assert.NotNull);
        return Encoding.UTF8.GetString(body.WrittenSpan);
    }

    private static Snapshot Begin(int campaigns) => new()
    {
        MaxAge = MaxAge,
        Accounts =
        [
            new AccountSnapshot { Name = "main", Campaigns = [.. Enumerable.Range(0, campaigns).Select(i => Campaign($"id-{i}", i % 3 == 0))] },
            new AccountSnapshot { Name = "other" },
        ],
    };

    private static CampaignSnapshot Campaign(string id, bool isSend) =>
        new() { Kind = isSend ? CampaignKind.SingleSend : CampaignKind.Automation, Id = id, Label = id, Interval = TimeSpan.FromMinutes(5) };

    private static Func<Snapshot, DateTimeOffset, Snapshot> Change(int which, Func<CampaignSnapshot, DateTimeOffset, CampaignSnapshot> change) => (snapshot, now) =>
        ChangeCampaigns(which % 2, campaigns => campaigns.IsEmpty
            ? campaigns
            : campaigns.SetItem(which % campaigns.Length, change(campaigns[which % campaigns.Length], now)))(snapshot, now);

    private static Func<Snapshot, DateTimeOffset, Snapshot> ChangeCampaigns(
        int account, Func<ImmutableArray<CampaignSnapshot>, ImmutableArray<CampaignSnapshot>> change) =>
        ChangeAccount(account, (before, _) => before with { Campaigns = change(before.Campaigns) });

    private static Func<Snapshot, DateTimeOffset, Snapshot> ChangeAccount(
        int number, Func<AccountSnapshot, DateTimeOffset, AccountSnapshot> change) => (snapshot, now) =>
        snapshot with { Accounts = snapshot.Accounts.SetItem(number, change(snapshot.Accounts[number], now)) };
}
