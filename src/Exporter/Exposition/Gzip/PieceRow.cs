using Exporter.Exposition.Families;

namespace Exporter.Exposition.Gzip;

/// <summary>Some parts of the snapshot in some families: a row of a <see cref="PieceTable"/>, with its inputs.</summary>
/// <param name="Subjects">The parts, which share each piece.</param>
/// <param name="Pieces">One piece for each family.</param>
internal sealed record PieceRow<TSubject>(TSubject[] Subjects, Piece[] Pieces)
    where TSubject : Subject
{
    /// <summary>Returns the row of these parts. Renders only the families whose inputs differ from those of the row before.</summary>
    public static PieceRow<TSubject> Update(
        PieceRow<TSubject>? before,
        TSubject[] subjects,
        MetricFamily<TSubject>[] families,
        PieceRenderer renderer
    )
    {
        if (before is null || !before.All(subjects, static (known, subject) => known.IsSameSubject(subject)))
        {
            return new PieceRow<TSubject>(subjects, Array.ConvertAll(families, family => renderer.Render<TSubject>(family, subjects)));
        }

        if (before.All(subjects, static (known, subject) => known.LooksLike(subject)))
        {
            return before;
        }

        var pieces = new Piece[families.Length];
        for (var column = 0; column < families.Length; column++)
        {
            var family = families[column];
            pieces[column] = before.All(subjects, (known, subject) => family.ReadOff(known).IsSame(family.ReadOff(subject)))
                ? before.Pieces[column]
                : renderer.Render<TSubject>(family, subjects);
        }

        return new PieceRow<TSubject>(subjects, pieces);
    }

    private bool All(TSubject[] subjects, Func<TSubject, TSubject, bool> condition)
    {
        if (subjects.Length != Subjects.Length)
        {
            return false;
        }

        for (var i = 0; i < subjects.Length; i++)
        {
            if (!condition(Subjects[i], subjects[i]))
            {
                return false;
            }
        }

        return true;
    }
}
