using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Telemetry;

/// <summary>Writes log lines to standard error; standard output belongs to commands.</summary>
internal sealed class LogLinesProvider : ILoggerProvider
{
    private readonly LineFormatter _formatter;
    private readonly LineQueue _queue;

    /// <param name="error">
    /// The stream to write to. No other code may write to it: a writer such as <see cref="Console.Error"/> would make this one wait for a
    /// lock.
    /// </param>
    /// <param name="loses">Called for each lost line.</param>
    /// <param name="flushWithin">The time allowed at the end for the remaining lines; later ones are dropped.</param>
    public LogLinesProvider(LineFormatter formatter, Stream error, Action loses, TimeSpan flushWithin)
    {
        _formatter = formatter;
        _queue = new(text => error.Write(Encoding.UTF8.GetBytes(text)), loses, Loss, flushWithin, "log");
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose() => _queue.Dispose();

    private string Loss(int lines)
    {
        KeyValuePair<string, object?>[] fields = [new("Lines", lines)];
        return _formatter.Line(
            new LogEntry<KeyValuePair<string, object?>[]>(
                LogLevel.Warning,
                typeof(LogLinesProvider).FullName!,
                default,
                fields,
                exception: null,
                static (_, _) => "Log lines were lost because standard error was not read or could not be written."
            )
        );
    }

    private sealed class Logger(LogLinesProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => provider._queue.Add(provider._formatter.Line(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter)));
    }
}
