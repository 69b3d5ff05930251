namespace Exporter.History;

/// <summary>Reads of the store by one reader, one after the other. Each is limited as <see cref="StoreReads"/> says.</summary>
internal sealed class StoreReading(StoreReads reads, string file) : IDisposable
{
    /// <summary>The number of values in memory at a time.</summary>
    private const int Batch = 1_000;

    private HistoryReader? _reader;
    private Task _last = Task.CompletedTask;

    /// <summary>Runs a read.</summary>
    /// <exception cref="StoreUnreadableException">It failed, or takes too long.</exception>
    public Task<T> ReadAsync<T>(Func<HistoryReader, T> read) =>
        reads.ReadAsync(() => read(_reader ??= HistoryReader.Open(file)), reading => _last = reading);

    /// <summary>Reads a sequence piece by piece.</summary>
    /// <exception cref="StoreUnreadableException">A read failed, or takes too long.</exception>
    public async IAsyncEnumerable<T> ReadAllAsync<T>(Func<HistoryReader, IEnumerable<T>> sequence)
    {
        var rest = (IEnumerator<T>?)null;
        try
        {
            for (var isEnd = false; !isEnd; )
            {
                var batch = await ReadAsync(reader => Next(rest ??= sequence(reader).GetEnumerator()));
                isEnd = batch.Count < Batch;
                foreach (var value in batch)
                {
                    yield return value;
                }
            }
        }
        finally
        {
            _last.Then(() => rest?.Dispose());
        }
    }

    /// <summary>Closes the reader as soon as no read uses it; one that hangs may use it for long.</summary>
    public void Dispose() => _last.Then(() => _reader?.Dispose());

    private static List<T> Next<T>(IEnumerator<T> rest)
    {
        var batch = new List<T>();
        while (batch.Count < Batch && rest.MoveNext())
        {
            batch.Add(rest.Current);
        }

        return batch;
    }
}
