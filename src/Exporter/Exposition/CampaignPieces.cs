using Exporter.Snapshots;

namespace Exporter.Exposition;

/// <summary>Keeps the pieces of one kind of campaigns from page to page. Not for several threads.</summary>
internal sealed class CampaignPieces
{
    /// <summary>
    /// Campaigns that share a piece in the families with few samples: a piece of one or two lines would hardly be compressed, and one of
    /// hundreds would be made anew too often.
    /// </summary>
    private const int GroupSize = 16;

    private readonly MetricFamily<CampaignView>[] _detailed;
    private readonly MetricFamily<CampaignView>[] _brief;
    private readonly PieceHead[] _detailedHeads;
    private readonly PieceHead[] _briefHeads;
    private readonly PieceRenderer _renderer;
    private DetailedRow[] _detailedRows = [];
    private BriefRow[] _briefRows = [];

    public CampaignPieces(CampaignKind kind, PieceRenderer renderer)
    {
        _renderer = renderer;
        _detailed = [.. Catalogue.Of(kind).Where(family => family.ReadOff is not null)];
        _brief = [.. Catalogue.Of(kind).Where(family => family.ReadOff is null)];
        _detailedHeads = [.. _detailed.Select(family => PieceHead.Of(family, renderer))];
        _briefHeads = [.. _brief.Select(family => PieceHead.Of(family, renderer))];
    }

    /// <summary>The tables of these campaigns; only what is read off something else than the last time is rendered.</summary>
    public IEnumerable<PieceTable> Update(IReadOnlyList<CampaignView> views)
    {
        var known = new Lazy<ILookup<string, DetailedRow>>(() => _detailedRows.ToLookup(static row => row.View.Campaign.Id, StringComparer.Ordinal));
        _detailedRows = [.. views.Select((view, place) => Detailed(view, Before(view, place, _detailedRows, known)))];
        _briefRows = [.. views.Chunk(GroupSize).Select((group, place) => Brief(group, _briefRows.ElementAtOrDefault(place)))];
        return
        [
            new PieceTable(_detailedHeads, [.. _detailedRows.Select(static row => row.Pieces)]),
            new PieceTable(_briefHeads, [.. _briefRows.Select(static row => row.Pieces)]),
        ];
    }

    /// <summary>The campaign's row on the last page: in the same place, unless campaigns came or went.</summary>
    private static DetailedRow? Before(CampaignView view, int place, DetailedRow[] rows, Lazy<ILookup<string, DetailedRow>> known) =>
        place < rows.Length && rows[place].View.IsSameCampaign(view)
            ? rows[place]
            : known.Value[view.Campaign.Id].FirstOrDefault(row => row.View.IsSameCampaign(view));

    private DetailedRow Detailed(CampaignView view, DetailedRow? before)
    {
        if (before?.View.LooksLike(view) == true)
        {
            return before;
        }

        var sources = Array.ConvertAll(_detailed, family => family.ReadOff!(view));
        return new DetailedRow(
            view,
            sources,
            [.. _detailed.Select((family, column) => before?.Sources[column].IsSame(sources[column]) == true ? before.Pieces[column] : _renderer.Render(family, view))]);
    }

    private BriefRow Brief(CampaignView[] group, BriefRow? before) =>
        before is not null && group.Length == before.Views.Length && group.Zip(before.Views, static (view, known) => view.LooksLike(known)).All(static same => same)
            ? before
            : new BriefRow(group, Array.ConvertAll(_brief, family => _renderer.Render<CampaignView>(family, group)));

    /// <summary>One campaign in the families with many samples.</summary>
    private sealed record DetailedRow(CampaignView View, Source[] Sources, Piece[] Pieces);

    /// <summary>A group of campaigns in the families with few samples.</summary>
    private sealed record BriefRow(CampaignView[] Views, Piece[] Pieces);
}
