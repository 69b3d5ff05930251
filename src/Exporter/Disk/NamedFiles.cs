namespace Exporter.Disk;

/// <summary>
/// The files that one configuration names, across all readings of it. A pipe (from <c>sops exec-file</c>, or a shell's <c>&lt;(…)</c>)
/// gives its content once: the first reading reads it, and later readings use that content.
/// </summary>
internal sealed class NamedFiles
{
    private readonly Dictionary<string, FileContent> _pipes = new(StringComparer.Ordinal);
    private bool _isReadAgain;

    /// <summary>Begins one reading of all files. Readings take turns.</summary>
    public FileRound BeginRound()
    {
        var takesPipes = !_isReadAgain;
        _isReadAgain = true;
        return new FileRound(_pipes, takesPipes);
    }
}
