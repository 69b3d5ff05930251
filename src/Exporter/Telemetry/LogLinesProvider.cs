using System.Text;

namespace Exporter.Telemetry;

/// <summary>Writes log lines to standard error; standard output belongs to commands.</summary>
internal sealed class LogLinesProvider : LogProvider
{
    private readonly LineFormatter _formatter;
    private readonly LineQueue _queue;

    /// <param name="error">
    /// The stream to write to. No other code may write to it: a writer such as <see cref="Console.Error"/> would make this one wait for a
    /// lock.
    /// </param>
    /// <param name="loses">Called for each lost line.</param>
    /// <param name="flushWithin">The time allowed at the end for the remaining lines; later ones are dropped.</param>
    public LogLinesProvider(Harmless harmless, LineFormatter formatter, Stream error, Action loses, TimeSpan flushWithin)
        : base(harmless)
    {
        _formatter = formatter;
        _queue = new(text => error.Write(Encoding.UTF8.GetBytes(text)), loses, Loss, flushWithin, "log");
    }

    public override void Dispose() => _queue.Dispose();

    protected override Action<LogRecord> WriterOf(string category) => record => _queue.Add(_formatter.Line(record));

    private string Loss(int lines) =>
        _formatter.Line(
            new LogRecord(
                LogLevel.Warning,
                typeof(LogLinesProvider).FullName!,
                default,
                "Log lines were lost because standard error was not read or could not be written.",
                [new("Lines", lines)],
                Exception: null
            )
        );
}
