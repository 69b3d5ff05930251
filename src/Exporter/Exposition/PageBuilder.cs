using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Exposition;

/// <summary>
/// Makes one compressed page after the other; of each it renders only what is not as on the last one. Not for several threads.
/// </summary>
internal sealed class PageBuilder
{
    private readonly BuildInfo _build;
    private readonly PieceRenderer _renderer = new();
    private readonly CampaignPieces _automations;
    private readonly CampaignPieces _singleSends;
    private readonly MetricFamily<AccountView>[] _accountFamilies = [.. Catalogue.Accounts];
    private readonly MetricFamily<ExporterView>[] _exporterFamilies = [.. Catalogue.Exporter];
    private readonly PieceHead[] _accountHeads;
    private readonly PieceHead[] _exporterHeads;
    private PieceRow<AccountView>? _accounts;
    private PieceRow<ExporterView>? _exporter;

    public PageBuilder(BuildInfo build)
    {
        _build = build;
        _automations = new CampaignPieces(CampaignKind.Automation, _renderer);
        _singleSends = new CampaignPieces(CampaignKind.SingleSend, _renderer);
        _accountHeads = [.. _accountFamilies.Select(family => PieceHead.Of(family, _renderer))];
        _exporterHeads = [.. _exporterFamilies.Select(family => PieceHead.Of(family, _renderer))];
    }

    public CompressedPage Build(Snapshot snapshot, DateTimeOffset now)
    {
        _renderer.Page++;
        var parts = PageParts.Of(snapshot, now);
        _accounts = PieceRow<AccountView>.After(_accounts, [.. parts.Accounts], _accountFamilies, _renderer);
        PieceTable[] tables =
        [
            new(_accountHeads, [_accounts.Pieces]),
            .. _automations.Update(parts.Automations),
            .. _singleSends.Update(parts.SingleSends),
        ];
        var exporter = new ExporterView(_build, tables.Sum(static table => table.Samples));
        _exporter = PieceRow<ExporterView>.After(_exporter, [exporter], _exporterFamilies, _renderer);
        return new CompressedPage(
            _renderer.Page,
            snapshot,
            now,
            parts.ValidUntil(snapshot.MaxAge),
            [.. tables, new(_exporterHeads, [_exporter.Pieces])]
        );
    }
}
