namespace Exporter.Disk;

/// <summary>One reading of the files that a configuration names. It records exactly what was read.</summary>
internal sealed class FileRound(Dictionary<string, FileContent> pipes, bool takesPipes)
{
    private readonly List<FileSeen> _seen = [];
    private readonly List<string> _pipesRead = [];

    /// <summary>
    /// The files that were read, for comparison with their later content. A file that was read twice appears twice; pipes do not appear.
    /// </summary>
    public IReadOnlyList<FileSeen> Seen => _seen;

    /// <summary>The pipes that were read. They cannot be watched.</summary>
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
