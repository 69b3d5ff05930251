using Exporter.Exposition.Families;
using Exporter.Snapshots;

namespace Exporter.Exposition.Gzip;

/// <summary>Keeps the pieces of one kind of campaign from page to page. Not thread-safe.</summary>
internal sealed class CampaignPieces
{
    /// <summary>
    /// The number of campaigns that share a piece in the families with few samples. A piece of one or two lines would hardly compress, and
    /// one of hundreds would be rendered too often.
    /// </summary>
    private const int GroupSize = 16;

    private readonly MetricFamily<CampaignPart>[] _detailed;
    private readonly MetricFamily<CampaignPart>[] _brief;
    private readonly FamilyHeader[] _detailedHeads;
    private readonly FamilyHeader[] _briefHeads;
    private readonly PieceRenderer _renderer;
    private PieceRow<CampaignPart>[] _detailedRows = [];
    private PieceRow<CampaignPart>[] _briefRows = [];

    public CampaignPieces(CampaignKind kind, PieceRenderer renderer)
    {
        _renderer = renderer;
        _detailed = [.. Catalogue.FamiliesOf(kind).Where(family => family.IsDetailed)];
        _brief = [.. Catalogue.FamiliesOf(kind).Where(family => !family.IsDetailed)];
        _detailedHeads = [.. _detailed.Select(family => FamilyHeader.Render(family, renderer))];
        _briefHeads = [.. _brief.Select(family => FamilyHeader.Render(family, renderer))];
    }

    /// <summary>Returns the tables of these campaigns. Reuses unchanged rows of the last page.</summary>
    public IEnumerable<PieceTable> Update(IReadOnlyList<CampaignPart> views)
    {
        var known = new Lazy<ILookup<string, PieceRow<CampaignPart>>>(() =>
            _detailedRows.ToLookup(static row => row.Parts[0].Campaign.Id, StringComparer.Ordinal)
        );
        _detailedRows =
        [
            .. views.Select(
                (view, place) => PieceRow<CampaignPart>.Update(FindBefore(view, place, _detailedRows, known), [view], _detailed, _renderer)
            ),
        ];
        _briefRows =
        [
            .. views
                .Chunk(GroupSize)
                .Select((group, place) => PieceRow<CampaignPart>.Update(_briefRows.ElementAtOrDefault(place), group, _brief, _renderer)),
        ];
        return
        [
            new PieceTable(_detailedHeads, [.. _detailedRows.Select(static row => row.Pieces)]),
            new PieceTable(_briefHeads, [.. _briefRows.Select(static row => row.Pieces)]),
        ];
    }

    /// <summary>Returns the campaign's row on the last page. It has the same place, unless campaigns were added or removed.</summary>
    private static PieceRow<CampaignPart>? FindBefore(
        CampaignPart view,
        int place,
        PieceRow<CampaignPart>[] rows,
        Lazy<ILookup<string, PieceRow<CampaignPart>>> known
    ) =>
        place < rows.Length && rows[place].Parts[0].IsSamePart(view)
            ? rows[place]
            : known.Value[view.Campaign.Id].FirstOrDefault(row => row.Parts[0].IsSamePart(view));
}
