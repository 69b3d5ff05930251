using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Telemetry;

/// <summary>Log lines on standard error, so that standard output belongs to commands.</summary>
internal sealed class LogLinesProvider : ILoggerProvider
{
    private readonly LineFormatter _formatter;
    private readonly LineQueue _queue;

    /// <param name="formatter">How a line looks.</param>
    /// <param name="error">
    /// Where it goes. It is nobody else's: whoever writes there too, as <see cref="Console.Error"/>, would wait for a lock.
    /// </param>
    /// <param name="loses">Is told of each line that is lost.</param>
    /// <param name="flushWithin">What is left at the end is written within this time or not at all.</param>
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
