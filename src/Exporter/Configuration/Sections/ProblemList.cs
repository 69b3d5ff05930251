namespace Exporter.Configuration.Sections;

/// <summary>
/// Collects problems. A file may hold a hundred thousand of them, and each listed one stands in the log, in the answer to a reload and on
/// the status page. So only the first thousand are listed.
/// </summary>
internal sealed class ProblemList
{
    /// <summary>The most problems that are listed; the rest are counted.</summary>
    internal const int Most = 1000;

    private readonly List<Problem> _listed = [];
    private int _left;

    /// <summary>Whether further problems are only counted: their messages need no text.</summary>
    public bool IsFull => _listed.Count == Most;

    public int Count => _listed.Count + _left;

    public void Add(Problem problem)
    {
        if (_listed.Count < Most)
        {
            _listed.Add(problem);
        }
        else
        {
            _left++;
        }
    }

    /// <summary>Marks the present state, for <see cref="ReturnTo"/>.</summary>
    public (int Listed, int Left) Mark() => (_listed.Count, _left);

    /// <summary>Forgets what was added since a mark.</summary>
    public void ReturnTo((int Listed, int Left) mark)
    {
        _listed.RemoveRange(mark.Listed, _listed.Count - mark.Listed);
        _left = mark.Left;
    }

    /// <summary>Returns the problems by position. The last one says how many are not listed.</summary>
    public IEnumerable<Problem> Sorted(string file)
    {
        var sorted = _listed.OrderBy(static problem => problem.At.Line).ThenBy(static problem => problem.At.Column);
        return _left == 0 ? sorted : sorted.Append(new Problem(file, default, $"{_left} more are not listed"));
    }
}
