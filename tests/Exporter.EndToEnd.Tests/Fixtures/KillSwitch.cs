namespace Exporter.EndToEnd.Fixtures;

/// <summary>
/// Kills a program with something that it is seen to do: a file of its store is read or written, a request is answered. Which one is drawn;
/// the first ones are as likely as all the many later ones.
/// </summary>
internal sealed class KillSwitch : IDisposable
{
    private readonly FileSystemWatcher _store;
    private readonly Random _random;
    private readonly Lock _switching = new();
    private ChildProcess? _program;
    private int _left;

    public KillSwitch(string store, int seed)
    {
        _random = new Random(seed);
        const NotifyFilters Anything = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.LastAccess;
        _store = new FileSystemWatcher(store) { NotifyFilter = Anything };
        _store.Changed += (_, _) => Happened();
        _store.Created += (_, _) => Happened();
        _store.Deleted += (_, _) => Happened();
        _store.EnableRaisingEvents = true;
    }

    /// <summary>From now on something kills this program, at most so many things later.</summary>
    public void Kills(ChildProcess program, int most)
    {
        lock (_switching)
        {
            (_program, _left) = (program, (int)Math.Pow(most, _random.NextDouble()));
        }
    }

    public void Happened()
    {
        lock (_switching)
        {
            if (_program is { } program && --_left <= 0)
            {
                program.Kill();
                _program = null;
            }
        }
    }

    public void Dispose() => _store.Dispose();
}
