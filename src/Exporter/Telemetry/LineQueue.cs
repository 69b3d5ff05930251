using System.Collections.Concurrent;

namespace Exporter.Telemetry;

/// <summary>
/// A queue of lines for a standard stream. Its reader may stand still, be gone or have a full disk; a writer never waits and never fails.
/// Lines beyond a bound are lost. When the reader goes on, a line reports how many.
/// </summary>
internal sealed class LineQueue : IDisposable
{
    /// <summary>The most lines that wait.</summary>
    private const int MostLines = 4096;

    /// <summary>The most characters that wait.</summary>
    private const int MostCharacters = 1024 * 1024;

    private readonly BlockingCollection<string> _lines = new(MostLines);
    private readonly Action<string> _write;
    private readonly Action _loses;
    private readonly Func<int, string> _loss;
    private readonly TimeSpan _flushWithin;
    private readonly Thread _writing;
    private int _characters;
    private int _lost;

    /// <param name="write">Writes a text; may block or throw.</param>
    /// <param name="loses">Called for each lost line.</param>
    /// <param name="loss">Returns the line that reports how many lines were lost.</param>
    /// <param name="flushWithin">The time allowed at the end for the remaining lines; later ones are dropped.</param>
    /// <param name="name">The name of the writing thread.</param>
    public LineQueue(Action<string> write, Action loses, Func<int, string> loss, TimeSpan flushWithin, string name)
    {
        (_write, _loses, _loss, _flushWithin) = (write, loses, loss, flushWithin);
        _writing = new Thread(WriteAll) { IsBackground = true, Name = name };
        _writing.Start();
    }

    /// <param name="line">One line or several, with line breaks.</param>
    public void Add(string line)
    {
        if (Interlocked.Add(ref _characters, line.Length) > MostCharacters || !TryAdd(line))
        {
            Interlocked.Add(ref _characters, -line.Length);
            Lose();
        }
    }

    /// <summary>Abandons a write that stands still: its background thread does not keep the process alive.</summary>
    public void Dispose()
    {
        _lines.CompleteAdding();
        if (_writing.Join(_flushWithin))
        {
            _lines.Dispose();
        }
    }

    private bool TryAdd(string line)
    {
        try
        {
            return _lines.TryAdd(line);
        }
        catch (InvalidOperationException)
        {
            // The queue takes no more lines. A disposed queue throws a subclass of this exception.
            return false;
        }
    }

    private void WriteAll()
    {
        foreach (var line in _lines.GetConsumingEnumerable())
        {
            var isWritten = TryWrite(line);
            Interlocked.Add(ref _characters, -line.Length);
            if (!isWritten)
            {
                Lose();
            }
            else if (_lines.Count == 0 && Interlocked.Exchange(ref _lost, 0) is > 0 and var lost && !TryWrite(_loss(lost)))
            {
                Interlocked.Add(ref _lost, lost);
            }
        }
    }

    private bool TryWrite(string text)
    {
        try
        {
            _write(text);
            return true;
        }
#pragma warning disable CA1031 // A closed, full or broken stream loses only this line.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    private void Lose()
    {
        Interlocked.Increment(ref _lost);
        _loses();
    }
}
