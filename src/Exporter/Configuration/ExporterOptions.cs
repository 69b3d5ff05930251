using Exporter.History;
using Exporter.Polling;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Web;

namespace Exporter.Configuration;

/// <summary>The content of the configuration file: one property per top-level key, each type beside its owner.</summary>
internal sealed record ExporterOptions
{
    public PollOptions Poll { get; init; } = new();

    public required IReadOnlyList<AccountOptions> Accounts { get; init; }

    public HistoryOptions History { get; init; } = new();

    public WebOptions Web { get; init; } = new();

    public LinksOptions Links { get; init; } = new();

    public LogOptions Log { get; init; } = new();

    public OtlpOptions Otlp { get; init; } = OtlpOptions.Off;

    /// <summary>Returns the same options with the accounts of one shard only; there may be none.</summary>
    public ExporterOptions OnShard(Shard shard) => this with { Accounts = [.. Accounts.Where(account => shard.Owns(account.Api.Name))] };
}
