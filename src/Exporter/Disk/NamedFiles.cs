namespace Exporter.Disk;

/// <summary>
/// The files that one configuration names, over all readings of it. A pipe (of <c>sops exec-file</c>, or <c>&lt;(…)</c> of a shell) gives
/// its content once: it is read by the first reading, and what it gave stands for it in all others.
/// </summary>
internal sealed class NamedFiles
{
    private readonly Dictionary<string, FileContent> _pipes = new(StringComparer.Ordinal);
    private bool _isReadAgain;

    /// <summary>Begins one reading of all of them. Readings take turns.</summary>
    public FileRound BeginRound()
    {
        var takesPipes = !_isReadAgain;
        _isReadAgain = true;
        return new FileRound(_pipes, takesPipes);
    }
}
