using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Exposition;

/// <summary>Makes one compressed page after the other; of each it renders only what is not as on the last one. Not for several threads.</summary>
internal sealed class PageBuilder
{
    private readonly BuildInfo _build;
    private readonly PieceRenderer _renderer = new();
    private readonly CampaignPieces _automations;
    private readonly CampaignPieces _singleSends;
    private readonly PieceHead[] _accountHeads;
    private readonly PieceHead[] _exporterHeads;

    public PageBuilder(BuildInfo build)
    {
        _build = build;
        _automations = new CampaignPieces(CampaignKind.Automation, _renderer);
        _singleSends = new CampaignPieces(CampaignKind.SingleSend, _renderer);
        _accountHeads = [.. Catalogue.Accounts.Select(family => PieceHead.Of(family, _renderer))];
        _exporterHeads = [.. Catalogue.Exporter.Select(family => PieceHead.Of(family, _renderer))];
    }

    public CompressedPage Build(Snapshot snapshot, DateTimeOffset now)
    {
        var parts = PageParts.Of(snapshot, now);
        PieceTable[] tables =
        [
            new(_accountHeads, [Row(Catalogue.Accounts, parts.Accounts)]),
            .. _automations.Update(parts.Automations),
            .. _singleSends.Update(parts.SingleSends),
        ];
        var exporter = new ExporterView(_build, tables.Sum(static table => table.Samples));
        return new CompressedPage(
            snapshot,
            now,
            parts.ValidUntil(snapshot.MaxAge),
            [.. tables, new(_exporterHeads, [Row(Catalogue.Exporter, [exporter])])]);
    }

    private Piece[] Row<TPart>(IReadOnlyList<MetricFamily<TPart>> families, IReadOnlyList<TPart> parts)
        where TPart : View =>
        [.. families.Select(family => _renderer.Render(family, [.. parts]))];
}
