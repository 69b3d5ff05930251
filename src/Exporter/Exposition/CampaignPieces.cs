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
    private PieceRow<CampaignView>[] _detailedRows = [];
    private PieceRow<CampaignView>[] _briefRows = [];

    public CampaignPieces(CampaignKind kind, PieceRenderer renderer)
    {
        _renderer = renderer;
        _detailed = [.. Catalogue.Of(kind).Where(family => family.IsDetailed)];
        _brief = [.. Catalogue.Of(kind).Where(family => !family.IsDetailed)];
        _detailedHeads = [.. _detailed.Select(family => PieceHead.Of(family, renderer))];
        _briefHeads = [.. _brief.Select(family => PieceHead.Of(family, renderer))];
    }

    /// <summary>The tables of these campaigns, those of the last page as far as they are the same.</summary>
    public IEnumerable<PieceTable> Update(IReadOnlyList<CampaignView> views)
    {
        var known = new Lazy<ILookup<string, PieceRow<CampaignView>>>(() =>
            _detailedRows.ToLookup(static row => row.Parts[0].Campaign.Id, StringComparer.Ordinal)
        );
        _detailedRows =
        [
            .. views.Select(
                (view, place) => PieceRow<CampaignView>.After(Before(view, place, _detailedRows, known), [view], _detailed, _renderer)
            ),
        ];
        _briefRows =
        [
            .. views
                .Chunk(GroupSize)
                .Select((group, place) => PieceRow<CampaignView>.After(_briefRows.ElementAtOrDefault(place), group, _brief, _renderer)),
        ];
        return
        [
            new PieceTable(_detailedHeads, [.. _detailedRows.Select(static row => row.Pieces)]),
            new PieceTable(_briefHeads, [.. _briefRows.Select(static row => row.Pieces)]),
        ];
    }

    /// <summary>The campaign's row on the last page: in the same place, unless campaigns came or went.</summary>
    private static PieceRow<CampaignView>? Before(
        CampaignView view,
        int place,
        PieceRow<CampaignView>[] rows,
        Lazy<ILookup<string, PieceRow<CampaignView>>> known
    ) =>
        place < rows.Length && rows[place].Parts[0].IsSamePart(view)
            ? rows[place]
            : known.Value[view.Campaign.Id].FirstOrDefault(row => row.Parts[0].IsSamePart(view));
}
