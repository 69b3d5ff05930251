using System.Buffers;
using System.Collections.Immutable;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using CsCheck;
using Exporter.Exposition.Gzip;
using Exporter.Exposition.Text;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.Snapshots;

namespace Exporter.Tests.Exposition;

/// <summary>The compressed page is made of kept pieces; whatever has changed, it reads as the page written anew.</summary>
public sealed class CompressedPageTests
{
    private static readonly BuildInfo Build = new("1.2.3", "abc", "10.0.0");
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);
    private static readonly LinksOptions Options = new()
    {
        MaxPerCampaign = 6,
        MissingGrace = TimeSpan.FromMinutes(30),
        Url = UrlDisplay.Full,
    };

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String,
        Gen.Char["\\\"\n\r\t {}=,#é\u2028\ud83d\ude00"].Array[0, 8].Select(chars => new string(chars))
    );

    private static readonly Gen<ObservedLink[]> Rows = Gen.Select(
        Gen.OneOf(Gen.OneOf("a", "b"), Text),
        Gen.OneOf("0", "1", "2", "10", "unknown"),
        Text,
        Gen.Int[0, 3],
        static (step, location, url, clicks) => new ObservedLink(new EmailKey(step), location, url, clicks)
    ).Array[0, 12];

    /// <summary>One thing that happens between two scrapes.</summary>
    private static readonly Gen<Func<Snapshot, DateTimeOffset, Snapshot>> Changes = Gen.OneOf(
        Gen.Select(
            Gen.Int[0, 50],
            Rows,
            static (which, rows) =>
                Change(
                    which,
                    (campaign, now) =>
                        campaign with
                        {
                            Health = campaign.Health.Succeeded(now, TimeSpan.FromSeconds(1), 1),
                            Data = new CampaignData
                            {
                                Links = (campaign.Data?.Links ?? LinkTable.Empty).ApplyWalk(rows, Options, now),
                                Statistics = EmailStatistics.ReuseUnchanged(
                                    [
                                        .. rows.Take(2)
                                            .Select(row => new EmailStatistics(row.Email, [.. Enumerable.Repeat(row.Clicks, 12)]))
                                            .DistinctBy(email => email.Email),
                                    ],
                                    campaign.Data?.Statistics ?? []
                                ),
                            },
                        }
                )
        ),
        Gen.Int[0, 50]
            .Select(static which =>
                Change(
                    which,
                    static (campaign, now) =>
                        campaign with
                        {
                            Health = campaign.Health.Failed(now, TimeSpan.Zero, 0, Failures.Of(FailureReason.Timeout, "")),
                        }
                )
            ),
        Gen.Select(
            Gen.Int[0, 50],
            Text,
            static (which, label) => Change(which, (campaign, _) => campaign with { Label = campaign.Id + label })
        ),
        Gen.Select(
            Gen.Int[0, 50],
            Text,
            static (which, name) => Change(which, (campaign, _) => campaign with { Name = name, StepNames = [("a", name)] })
        ),
        Gen.Select(
            Gen.Int[0, 50],
            Text,
            static (which, status) =>
                Change(which, (campaign, _) => campaign with { Status = status, Interval = TimeSpan.FromSeconds(status.Length) })
        ),
        Gen.Select(
            Gen.Int[0, 1],
            Gen.Int[-1, 1],
            static (number, use) =>
                ChangeAccount(
                    number,
                    (account, now) =>
                        account with
                        {
                            KeyAccepted = use < 0 ? null : use > 0,
                            BudgetUtilization = use < 0 ? null : use / 3d,
                            Discovery = account.Discovery.SetItem(
                                CampaignKind.Automation,
                                account
                                    .Discovery.GetValueOrDefault(CampaignKind.Automation, PollHealth.Untried)
                                    .Failed(now, TimeSpan.Zero, 0, Failures.Of(FailureReason.Forbidden, ""))
                            ),
                        }
                )
        ),
        Gen.Select(
            Gen.Int[0, 1],
            Gen.Bool,
            static (account, isSend) =>
                ChangeCampaigns(account, campaigns => campaigns.Add(Campaign($"id-{account}-{campaigns.Length}-{isSend}", isSend)))
        ),
        Gen.Select(
            Gen.Int[0, 1],
            Gen.Int[0, 50],
            static (account, which) =>
                ChangeCampaigns(account, campaigns => campaigns.IsEmpty ? campaigns : campaigns.RemoveAt(which % campaigns.Length))
        ),
        Gen.Const<Func<Snapshot, DateTimeOffset, Snapshot>>(static (snapshot, _) => snapshot)
    );

    private static readonly Gen<TimeSpan> Passing = Gen.Int[-40, 40].Select(static minutes => TimeSpan.FromMinutes(minutes));

    [Fact]
    public void Any_sequence_of_changes_and_compactions_gives_the_page_that_would_be_written_anew() =>
        Gen.Select(
                Gen.Select(
                    Changes,
                    Passing,
                    Gen.Enum<TextFormat>(),
                    Gen.Int[0, 4],
                    Gen.Select(Gen.Enum<BlockSize>(), Gen.Int[200, 4000])
                ).Array[1, 25],
                Gen.Int[0, 40]
            )
            .Sample(
                (steps, campaigns) =>
                {
                    var builder = new PageBuilder(Build);
                    CompressedPage? page = null;
                    var (snapshot, now) = (Begin(campaigns), Some.Noon);
                    foreach (var (change, passing, format, age, (size, fullSize)) in steps)
                    {
                        snapshot = change(snapshot, now);
                        now += passing;
                        page = page?.IsCurrent(snapshot, now) == true ? page : builder.Build(snapshot, now);
                        var plain = Plain(snapshot, now, format);
                        Assert.Equal(plain, Unzip(Zip(page, format)));

                        var loose = page;
                        Compact(page, page.Number - age, size, fullSize);
                        page = page.Compacted();
                        Assert.Equal(plain, Unzip(Zip(page, format)));
                        Assert.Equal(plain, Unzip(Zip(loose, format)));
                    }
                },
                iter: 100
            );

    [Fact]
    public void What_has_been_compressed_again_is_not_compressed_again_until_it_changes()
    {
        var builder = new PageBuilder(Build);
        var snapshot = Full();
        var page = builder.Build(snapshot, Some.Noon);
        var loose = Zip(page, TextFormat.OpenMetrics).Length;
        Assert.DoesNotContain(
            page.ToCompact(page.Number - 1, BlockSize.Small).SelectMany(static pieces => pieces),
            static piece => piece.Samples > 0
        );
        var all = page.ToCompact(page.Number, BlockSize.Small, fullSize: 10_000)
            .Sum(static pieces => pieces.Sum(static piece => piece.Length));
        Compact(page, page.Number, BlockSize.Small, fullSize: 10_000);

        Assert.Empty(page.ToCompact(page.Number, BlockSize.Small, fullSize: 10_000));
        Assert.InRange(Zip(page.Compacted(), TextFormat.OpenMetrics).Length, 1, loose * 2 / 3);

        var change = Change(8, static (campaign, now) => campaign with { Data = Of(campaign.Data, 1, now) });
        var next = builder.Build(change(snapshot, Some.Noon), Some.Noon);
        // The automation's own clicks are new; their neighbours in the block come as the pieces that they were.
        var again = next.ToCompact(next.Number, BlockSize.Small, fullSize: 10_000);
        Assert.InRange(again.Sum(static pieces => pieces.Sum(static piece => piece.Length)), 1, all / 4);
        Assert.All(
            next.ToCompact(page.Number, BlockSize.Small, fullSize: 10_000),
            pieces => Assert.All(pieces, piece => Assert.True(piece.Page <= page.Number))
        );
    }

    [Fact]
    public void An_answer_that_began_before_a_compaction_ends_as_it_began()
    {
        var (builder, snapshot) = (new PageBuilder(Build), Full());
        var page = builder.Build(snapshot, Some.Noon);
        var (parts, totals) = (page.Texts(TextFormat.Prometheus), page.Totals(TextFormat.Prometheus));
        Compact(page, page.Number, BlockSize.Small);
        Assert.False(page.Compacted().IsCompact);
        Compact(page, page.Number, BlockSize.Large);
        var after = page.Compacted();

        Assert.True(after.IsCompact);
        Assert.Equal(Plain(snapshot, Some.Noon, TextFormat.Prometheus), Unzip(Zip([parts], totals)));
        Assert.Equal((totals.Crc, totals.Length), (after.Totals(TextFormat.Prometheus).Crc, after.Totals(TextFormat.Prometheus).Length));
        Assert.InRange(after.Texts(TextFormat.Prometheus).Length, 1, parts.Length - 1);
    }

    [Fact]
    public void A_large_block_that_is_broken_falls_into_small_ones()
    {
        var (builder, snapshot) = (new PageBuilder(Build), Full());
        var page = builder.Build(snapshot, Some.Noon);
        Compact(page, page.Number, BlockSize.Small, fullSize: 10_000);
        var small = Zip(page.Compacted(), TextFormat.Prometheus).Length;
        Compact(page, page.Number, BlockSize.Large, fullSize: 100_000);
        var large = Zip(page.Compacted(), TextFormat.Prometheus).Length;
        Assert.InRange(large, 1, small - 1);

        // The first automation stands at the begin of a large block.
        var change = Change(0, static (campaign, now) => campaign with { Data = Of(campaign.Data, 1, now) });
        var broken = builder.Build(change(snapshot, Some.Noon), Some.Noon);

        Assert.InRange(Zip(broken, TextFormat.Prometheus).Length, large + 1, small * 5 / 4);
        Assert.Equal(Plain(change(snapshot, Some.Noon), Some.Noon, TextFormat.Prometheus), Unzip(Zip(broken, TextFormat.Prometheus)));
    }

    private static void Compact(CompressedPage page, int resting, BlockSize size, int? fullSize = null)
    {
        using var scratch = new MemoryStream();
        foreach (var pieces in page.ToCompact(resting, size, fullSize))
        {
            Block.Make(pieces, size, scratch);
        }
    }

    /// <summary>Twenty automations of thirty links.</summary>
    private static Snapshot Full()
    {
        return ChangeCampaigns(0, static campaigns => [.. campaigns.Select(Polled)])(Begin(20), Some.Noon);

        static CampaignSnapshot Polled(CampaignSnapshot campaign) =>
            campaign with
            {
                Health = campaign.Health.Succeeded(Some.Noon, TimeSpan.Zero, 1),
                Data = Of(campaign.Data, 0, Some.Noon),
            };
    }

    private static CampaignData Of(CampaignData? before, int walk, DateTimeOffset now) =>
        new()
        {
            Links = (before?.Links ?? LinkTable.Empty).ApplyWalk(
                [
                    .. Enumerable
                        .Range(0, 30)
                        .Select(link => new ObservedLink(
                            new EmailKey($"step-{link % 3}"),
                            $"{link / 3}",
                            $"https://shop.example/{link}",
                            (link * 7919 % 997) + walk
                        )),
                ],
                new LinksOptions { MaxPerCampaign = 100 },
                now
            ),
        };

    private static byte[] Zip(CompressedPage page, TextFormat format) => Zip([page.Texts(format)], page.Totals(format));

    private static byte[] Zip(DeflatedText[][] parts, GzipTotals totals)
    {
        using var stream = new MemoryStream();
        var output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        GzipMember.WriteAsync(output, parts, totals, CancellationToken.None).GetAwaiter().GetResult();
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

    private static Snapshot Begin(int campaigns) =>
        new()
        {
            MaxAge = MaxAge,
            Accounts =
            [
                new AccountSnapshot
                {
                    Name = "main",
                    Campaigns = [.. Enumerable.Range(0, campaigns).Select(i => Campaign($"id-{i}", i % 3 == 0))],
                },
                new AccountSnapshot { Name = "other" },
            ],
        };

    private static CampaignSnapshot Campaign(string id, bool isSend) =>
        Some.Automation(id) with
        {
            Kind = isSend ? CampaignKind.SingleSend : CampaignKind.Automation,
        };

    private static Func<Snapshot, DateTimeOffset, Snapshot> Change(
        int which,
        Func<CampaignSnapshot, DateTimeOffset, CampaignSnapshot> change
    ) =>
        (snapshot, now) =>
            ChangeCampaigns(
                which % 2,
                campaigns =>
                    campaigns.IsEmpty
                        ? campaigns
                        : campaigns.SetItem(which % campaigns.Length, change(campaigns[which % campaigns.Length], now))
            )(snapshot, now);

    private static Func<Snapshot, DateTimeOffset, Snapshot> ChangeCampaigns(
        int account,
        Func<ImmutableArray<CampaignSnapshot>, ImmutableArray<CampaignSnapshot>> change
    ) => ChangeAccount(account, (before, _) => before with { Campaigns = change(before.Campaigns) });

    private static Func<Snapshot, DateTimeOffset, Snapshot> ChangeAccount(
        int number,
        Func<AccountSnapshot, DateTimeOffset, AccountSnapshot> change
    ) => (snapshot, now) => snapshot with { Accounts = snapshot.Accounts.SetItem(number, change(snapshot.Accounts[number], now)) };
}
