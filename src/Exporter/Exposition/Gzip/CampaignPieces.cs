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

    private readonly MetricFamily<CampaignSubject>[] _detailed;
    private readonly MetricFamily<CampaignSubject>[] _brief;
    private readonly FamilyHeader[] _detailedHeads;
    private readonly FamilyHeader[] _briefHeads;
    private readonly PieceRenderer _renderer;
    private PieceRow<CampaignSubject>[] _detailedRows = [];
    private PieceRow<CampaignSubject>[] _briefRows = [];

    public CampaignPieces(CampaignKind kind, PieceRenderer renderer)
    {
        _renderer = renderer;
        _detailed = [.. Catalogue.FamiliesOf(kind).Where(family => family.IsDetailed)];
        _brief = [.. Catalogue.FamiliesOf(kind).Where(family => !family.IsDetailed)];
        _detailedHeads = [.. _detailed.Select(family => FamilyHeader.Render(family, renderer))];
        _briefHeads = [.. _brief.Select(family => FamilyHeader.Render(family, renderer))];
    }

    /// <summary>Returns the tables of these campaigns. Reuses unchanged rows of the last page.</summary>
    public IEnumerable<PieceTable> Update(IReadOnlyList<CampaignSubject> views)
    {
        var known = new Lazy<ILookup<string, PieceRow<CampaignSubject>>>(() =>
            _detailedRows.ToLookup(static row => row.Subjects[0].Campaign.Id, StringComparer.Ordinal)
        );
        _detailedRows =
        [
            .. views.Select(
                (subject, place) =>
                    PieceRow<CampaignSubject>.Update(FindBefore(subject, place, _detailedRows, known), [subject], _detailed, _renderer)
            ),
        ];
        _briefRows =
        [
            .. views
                .Chunk(GroupSize)
                .Select((group, place) => PieceRow<CampaignSubject>.Update(_briefRows.ElementAtOrDefault(place), group, _brief, _renderer)),
        ];
        return
        [
            new PieceTable(_detailedHeads, [.. _detailedRows.Select(static row => row.Pieces)]),
            new PieceTable(_briefHeads, [.. _briefRows.Select(static row => row.Pieces)]),
        ];
    }

    /// <summary>Returns the campaign's row on the last page. It has the same place, unless campaigns were added or removed.</summary>
    private static PieceRow<CampaignSubject>? FindBefore(
        CampaignSubject subject,
        int place,
        PieceRow<CampaignSubject>[] rows,
        Lazy<ILookup<string, PieceRow<CampaignSubject>>> known
    ) =>
        place < rows.Length && rows[place].Subjects[0].IsSameSubject(subject)
            ? rows[place]
            : known.Value[subject.Campaign.Id].FirstOrDefault(row => row.Subjects[0].IsSameSubject(subject));
}
