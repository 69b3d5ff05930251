using Exporter.Exposition.Families;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Exposition.Gzip;

/// <summary>Builds one compressed page after another. Renders only what differs from the last page. Not thread-safe.</summary>
internal sealed class PageBuilder
{
    private readonly BuildInfo _build;
    private readonly PieceRenderer _renderer = new();
    private readonly CampaignPieces _automations;
    private readonly CampaignPieces _singleSends;
    private readonly MetricFamily<AccountPart>[] _accountFamilies = [.. Catalogue.Accounts];
    private readonly MetricFamily<ExporterPart>[] _exporterFamilies = [.. Catalogue.Exporter];
    private readonly FamilyHeader[] _accountHeads;
    private readonly FamilyHeader[] _exporterHeads;
    private PieceRow<AccountPart>? _accounts;
    private PieceRow<ExporterPart>? _exporter;

    public PageBuilder(BuildInfo build)
    {
        _build = build;
        _automations = new CampaignPieces(CampaignKind.Automation, _renderer);
        _singleSends = new CampaignPieces(CampaignKind.SingleSend, _renderer);
        _accountHeads = [.. _accountFamilies.Select(family => FamilyHeader.Render(family, _renderer))];
        _exporterHeads = [.. _exporterFamilies.Select(family => FamilyHeader.Render(family, _renderer))];
    }

    public CompressedPage Build(Snapshot snapshot, DateTimeOffset now)
    {
        _renderer.Page++;
        var parts = PageParts.FromSnapshot(snapshot, now);
        _accounts = PieceRow<AccountPart>.Update(_accounts, [.. parts.Accounts], _accountFamilies, _renderer);
        PieceTable[] tables =
        [
            new(_accountHeads, [_accounts.Pieces]),
            .. _automations.Update(parts.Automations),
            .. _singleSends.Update(parts.SingleSends),
        ];
        var exporter = new ExporterPart(_build, tables.Sum(static table => table.Samples));
        _exporter = PieceRow<ExporterPart>.Update(_exporter, [exporter], _exporterFamilies, _renderer);
        return new CompressedPage(
            _renderer.Page,
            snapshot,
            now,
            parts.ValidUntil(snapshot.MaxAge),
            [.. tables, new(_exporterHeads, [_exporter.Pieces])]
        );
    }
}
