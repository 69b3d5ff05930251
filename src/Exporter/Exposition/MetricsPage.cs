using System.Buffers;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Exposition;

/// <summary>The body of <c>/metrics</c>: everything of one snapshot, then the exporter's own instruments.</summary>
internal sealed class MetricsPage(SnapshotStore store, Instruments instruments, BuildInfo build, TimeProvider time)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes the page. It reads memory only: no poll is waited for and nothing is asked of anybody.</summary>
    public async Task WriteAsync(Stream output, CancellationToken cancellation)
    {
        var body = new ArrayBufferWriter<byte>(64 * 1024);
        Render(store.Current, build, time.GetUtcNow(), body);
        await output.WriteAsync(body.WrittenMemory, cancellation);
        await instruments.Registry.CollectAndExportAsTextAsync(output, cancellation);
    }

    /// <summary>Renders a snapshot as it is to be seen at a moment.</summary>
    public static void Render(Snapshot snapshot, BuildInfo build, DateTimeOffset now, IBufferWriter<byte> output)
    {
        var sink = new SampleSink(output);
        var accounts = snapshot.Accounts.Select(account => new AccountView(account)).ToList();
        foreach (var family in Catalogue.Accounts)
        {
            sink.Begin(family, scopeLabels: 1);
            foreach (var view in accounts)
            {
                sink.Scope(("account", view.Account.Name));
                family.Write(view, sink);
            }
        }

        foreach (var kind in Enum.GetValues<CampaignKind>())
        {
            RenderCampaigns(snapshot, kind, now, sink);
        }

        sink.Scope();
        var exporter = new ExporterView(build, sink.Samples);
        foreach (var family in Catalogue.Exporter)
        {
            sink.Begin(family, scopeLabels: 0);
            family.Write(exporter, sink);
        }
    }

    private static void RenderCampaigns(Snapshot snapshot, CampaignKind kind, DateTimeOffset now, SampleSink sink)
    {
        var label = kind == CampaignKind.Automation ? "automation" : "singlesend";
        var campaigns = snapshot.Accounts
            .SelectMany(account => account.Campaigns, (account, campaign) =>
                (Account: account.Name, View: new CampaignView(campaign, campaign.Serve(now, snapshot.MaxAge), now)))
            .Where(campaign => campaign.View.Campaign.Kind == kind)
            .ToList();
        foreach (var family in Catalogue.Of(kind))
        {
            sink.Begin(family, scopeLabels: 2);
            foreach (var (account, view) in campaigns)
            {
                sink.Scope(("account", account), (label, view.Campaign.Label));
                family.Write(view, sink);
            }
        }
    }
}
