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

/// <summary>One reading of the files that a configuration names; it remembers what exactly was read.</summary>
internal sealed class FileRound(Dictionary<string, FileContent> pipes, bool takesPipes)
{
    private readonly List<FileSeen> _seen = [];
    private readonly List<string> _pipesRead = [];

    /// <summary>
    /// What was read, to be compared with what the files hold later. One that was read twice stands here twice. Without pipes.
    /// </summary>
    public IReadOnlyList<FileSeen> Seen => _seen;

    /// <summary>The pipes among them, which nobody can watch.</summary>
    public IReadOnlyList<string> Pipes => _pipesRead;

    public FileContent Read(string path)
    {
        var content = OperatorFile.Read(path, takesPipes && !pipes.ContainsKey(path));
        if (content.IsPipe && content.Trouble is null)
        {
            pipes[path] = content;
        }
        else if (content.Trouble is null || !pipes.TryGetValue(path, out var kept))
        {
            _seen.Add(new(path, content.Digest));
            return content;
        }
        else
        {
            content = kept;
        }

        if (!_pipesRead.Contains(path, StringComparer.Ordinal))
        {
            _pipesRead.Add(path);
        }

        return content;
    }
}
