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
    private readonly MetricFamily<AccountSubject>[] _accountFamilies = [.. Catalogue.Accounts];
    private readonly MetricFamily<ExporterSubject>[] _exporterFamilies = [.. Catalogue.Exporter];
    private readonly FamilyHeader[] _accountHeads;
    private readonly FamilyHeader[] _exporterHeads;
    private PieceRow<AccountSubject>? _accounts;
    private PieceRow<ExporterSubject>? _exporter;

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
        var subjects = PageSubjects.FromSnapshot(snapshot, now);
        _accounts = PieceRow<AccountSubject>.Update(_accounts, [.. subjects.Accounts], _accountFamilies, _renderer);
        PieceTable[] tables =
        [
            new(_accountHeads, [_accounts.Pieces]),
            .. _automations.Update(subjects.Automations),
            .. _singleSends.Update(subjects.SingleSends),
        ];
        var exporter = new ExporterSubject(_build, tables.Sum(static table => table.Samples));
        _exporter = PieceRow<ExporterSubject>.Update(_exporter, [exporter], _exporterFamilies, _renderer);
        return new CompressedPage(
            _renderer.Page,
            snapshot,
            now,
            subjects.ValidUntil(snapshot.MaxAge),
            [.. tables, new(_exporterHeads, [_exporter.Pieces])]
        );
    }
}
