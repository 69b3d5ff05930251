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

        var automations = snapshot.Accounts
            .SelectMany(account => account.Automations, (account, automation) =>
                (account.Name, View: new AutomationView(automation, automation.Serve(now, snapshot.MaxAge), now)))
            .ToList();
        foreach (var family in Catalogue.Automations)
        {
            sink.Begin(family, scopeLabels: 2);
            foreach (var (account, view) in automations)
            {
                sink.Scope(("account", account), ("automation", view.Automation.Label));
                family.Write(view, sink);
            }
        }

        sink.Scope();
        var exporter = new ExporterView(build, sink.Samples);
        foreach (var family in Catalogue.Exporter)
        {
            sink.Begin(family, scopeLabels: 0);
            family.Write(exporter, sink);
        }
    }
}
