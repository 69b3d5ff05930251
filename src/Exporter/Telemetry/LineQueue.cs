using System.Collections.Concurrent;

namespace Exporter.Telemetry;

/// <summary>
/// Lines on their way to a standard stream, whose reader may stand still, be gone or have a full disk: nobody who writes one ever waits or
/// fails. Beyond a bound they are lost, and once the reader goes on a line says how many.
/// </summary>
internal sealed class LineQueue : IDisposable
{
    /// <summary>Lines that wait.</summary>
    private const int MostLines = 4096;

    /// <summary>Their characters together.</summary>
    private const int MostCharacters = 1024 * 1024;

    private readonly BlockingCollection<string> _lines = new(MostLines);
    private readonly Action<string> _write;
    private readonly Action _loses;
    private readonly Func<int, string> _loss;
    private readonly TimeSpan _flushWithin;
    private readonly Thread _writing;
    private int _characters;
    private int _lost;

    /// <param name="write">Writes a text; it may block or fail.</param>
    /// <param name="loses">Is told of each line that is lost.</param>
    /// <param name="loss">The line that tells how many were lost.</param>
    /// <param name="flushWithin">What is left at the end is written within this time or not at all.</param>
    /// <param name="name">Of the thread that writes.</param>
    public LineQueue(Action<string> write, Action loses, Func<int, string> loss, TimeSpan flushWithin, string name)
    {
        (_write, _loses, _loss, _flushWithin) = (write, loses, loss, flushWithin);
        _writing = new Thread(WriteAll) { IsBackground = true, Name = name };
        _writing.Start();
    }

    /// <param name="line">A line with its end, or several.</param>
    public void Add(string line)
    {
        if (Interlocked.Add(ref _characters, line.Length) > MostCharacters || !TryAdd(line))
        {
            Interlocked.Add(ref _characters, -line.Length);
            Lose();
        }
    }

    /// <summary>A write that stands still is left behind: its thread does not keep the process.</summary>
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
            // Nothing is taken any more. That of a disposed object is one of these.
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
#pragma warning disable CA1031 // A stream that is closed, full or broken in any other way ends nothing but the line.
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
