using System.Collections.Concurrent;
using Exporter.Telemetry;

namespace Exporter.Tests.Weather;

/// <summary>Catches the log of one program, as the lines that an operator would read.</summary>
internal sealed class LogLines(Harmless? harmless = null) : LogProvider(harmless ?? new Harmless())
{
    private readonly LineFormatter _formatter = new(LogFormat.Logfmt, TimeProvider.System);
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> All => _lines;

    /// <summary>How many lines hold all of these texts.</summary>
    public int Count(params string[] texts) => _lines.Count(line => texts.All(text => line.Contains(text, StringComparison.Ordinal)));

    public override void Dispose() { }

    protected override Action<LogRecord> WriterOf(string category) => record => _lines.Enqueue(_formatter.Line(record));
}
