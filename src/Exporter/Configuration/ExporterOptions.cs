using Exporter.History;
using Exporter.Polling;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Web;

namespace Exporter.Configuration;

/// <summary>Everything that the configuration file says: one property per top-level key, each type beside its owner.</summary>
internal sealed record ExporterOptions
{
    public PollOptions Poll { get; init; } = new();

    public required IReadOnlyList<AccountOptions> Accounts { get; init; }

    public HistoryOptions History { get; init; } = new();

    public WebOptions Web { get; init; } = new();

    public LinksOptions Links { get; init; } = new();

    public LogOptions Log { get; init; } = new();

    public OtlpOptions Otlp { get; init; } = OtlpOptions.Off;

    /// <summary>The same with the accounts of one shard only; it may have none.</summary>
    public ExporterOptions OnShard(Shard shard) => this with { Accounts = [.. Accounts.Where(account => shard.Owns(account.Api.Name))] };
}
