using Exporter.Exposition.Families;

namespace Exporter.Exposition.Gzip;

/// <summary>Some parts of the snapshot in some families: a row of a <see cref="PieceTable"/>, with its inputs.</summary>
/// <param name="Parts">The parts, which share each piece.</param>
/// <param name="Pieces">One piece for each family.</param>
internal sealed record PieceRow<TPart>(TPart[] Parts, Piece[] Pieces)
    where TPart : Part
{
    /// <summary>Returns the row of these parts. Renders only the families whose inputs differ from those of the row before.</summary>
    public static PieceRow<TPart> Update(PieceRow<TPart>? before, TPart[] parts, MetricFamily<TPart>[] families, PieceRenderer renderer)
    {
        if (before is null || !before.All(parts, static (known, part) => known.IsSamePart(part)))
        {
            return new PieceRow<TPart>(parts, Array.ConvertAll(families, family => renderer.Render<TPart>(family, parts)));
        }

        if (before.All(parts, static (known, part) => known.LooksLike(part)))
        {
            return before;
        }

        var pieces = new Piece[families.Length];
        for (var column = 0; column < families.Length; column++)
        {
            var family = families[column];
            pieces[column] = before.All(parts, (known, part) => family.ReadOff(known).IsSame(family.ReadOff(part)))
                ? before.Pieces[column]
                : renderer.Render<TPart>(family, parts);
        }

        return new PieceRow<TPart>(parts, pieces);
    }

    private bool All(TPart[] parts, Func<TPart, TPart, bool> condition)
    {
        if (parts.Length != Parts.Length)
        {
            return false;
        }

        for (var i = 0; i < parts.Length; i++)
        {
            if (!condition(Parts[i], parts[i]))
            {
                return false;
            }
        }

        return true;
    }
}
