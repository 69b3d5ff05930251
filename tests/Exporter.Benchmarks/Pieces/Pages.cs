using System.IO.Pipelines;
using BenchmarkDotNet.Attributes;
using Exporter.Exposition.Families;
using Exporter.Exposition.Gzip;
using Exporter.Exposition.Text;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Web;

namespace Exporter.Benchmarks.Pieces;

/// <summary>
/// From a snapshot to the compressed answer: an automation anew, a page of which 1 % is new, a page out of pieces that are there.
/// </summary>
[MemoryDiagnoser]
public class Pages
{
    private const int Automations = 100;

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly LinksOptions Options = new();

    private readonly PageBuilder _builder = new(BuildInfo.Current);
    private readonly PieceRenderer _renderer = new();
    private readonly PipeWriter _output = PipeWriter.Create(Stream.Null);
    private Snapshot _one = new();
    private Snapshot _other = new();
    private CompressedPage? _page;

    [Params(30, 300)]
    public int LinksPerAutomation { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var campaigns = Enumerable.Range(0, Automations).Select(number => Automation(number, clicks: 1)).ToArray();
        _one = new Snapshot { MaxAge = TimeSpan.FromDays(1), Accounts = [new AccountSnapshot { Campaigns = [.. campaigns] }] };
        campaigns[50] = campaigns[50] with
        {
            Data = campaigns[50].Data! with { Links = campaigns[50].Data!.Links.ApplyWalk(Rows(50, clicks: 2), Options, Now) },
        };
        _other = _one with { Accounts = [_one.Accounts[0] with { Campaigns = [.. campaigns] }] };
        _page = _builder.Build(_one, Now);
    }

    [Benchmark]
    public object RenderTheClicksOfAnAutomation() =>
        _renderer.Render(
            AutomationFamilies.All[0],
            CampaignSubject.AsOf(Now, TimeSpan.FromDays(1), account: null, _one.Accounts[0].Campaigns[0])
        );

    /// <summary>Two pages, each with another automation than the one before.</summary>
    [Benchmark(OperationsPerInvoke = 2)]
    public object BuildAPageOfWhichOnePercentIsNew()
    {
        _builder.Build(_other, Now);
        return _builder.Build(_one, Now);
    }

    [Benchmark]
    public Task StitchThePiecesToOneMember() =>
        GzipMember.WriteAsync(_output, [_page!.Texts(TextFormat.Prometheus)], _page.Totals(TextFormat.Prometheus), CancellationToken.None);

    private CampaignSnapshot Automation(int number, long clicks) =>
        new()
        {
            Kind = CampaignKind.Automation,
            Id = $"id-{number}",
            Label = $"automation-{number}",
            Interval = TimeSpan.FromMinutes(5),
            Health = PollHealth.Untried.Succeeded(Now, TimeSpan.FromSeconds(1), 4),
            Data = new CampaignData { Links = LinkTable.Empty.ApplyWalk(Rows(number, clicks), Options, Now) },
        };

    private ObservedLink[] Rows(int automation, long clicks) =>
        [
            .. Enumerable
                .Range(0, LinksPerAutomation)
                .Select(link => new ObservedLink(
                    new EmailKey($"d9fce3aa-0000-4000-8000-0000000000{link % 10:00}"),
                    $"{link / 10}",
                    $"https://shop.example/{automation}/{link}",
                    1000 + link + clicks
                )),
        ];
}

/// <summary>What Prometheus sends with each scrape, read.</summary>
[MemoryDiagnoser]
public class Negotiating
{
    private const string Accept =
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    [Benchmark]
    public bool Negotiate() => Negotiation.Format(Accept) == TextFormat.OpenMetrics && Negotiation.TakesGzip("gzip");
}

/// <summary>The exporter's own instruments, read and compressed: what the process tells of itself, and what the exporter counts.</summary>
[MemoryDiagnoser]
public class Tails
{
    private readonly Instruments _instruments = new();

    [GlobalSetup]
    public void Setup()
    {
        var account = _instruments.ForAccount(account: null);
        account.RequestEnded("automations_links", "200", TimeSpan.FromMilliseconds(80));
        account.RateLimitSeen("automations_links", limit: 600, remaining: 300, static () => DateTimeOffset.UnixEpoch);
    }

    [Benchmark]
    public async Task<object> Platform() =>
        await RegistryText.ReadAsync(
            _instruments.Platform,
            before: null,
            TextFormat.Prometheus,
            isLast: false,
            occasion: 0,
            TimeProvider.System,
            CancellationToken.None
        );

    [Benchmark]
    public async Task<object> Own() =>
        await RegistryText.ReadAsync(
            _instruments.Registry,
            before: null,
            TextFormat.Prometheus,
            isLast: true,
            occasion: 0,
            TimeProvider.System,
            CancellationToken.None
        );
}
