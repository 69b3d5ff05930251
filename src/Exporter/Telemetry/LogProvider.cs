using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Telemetry;

/// <summary>A way out of the log. Each one is built on this, so that it gets entries only without secrets.</summary>
internal abstract class LogProvider(Harmless harmless) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, harmless, WriterOf(harmless.Line(categoryName)));

    public abstract void Dispose();

    /// <summary>Returns what takes the entries of a category. It does not throw, also after the end of this provider.</summary>
    protected abstract Action<LogRecord> WriterOf(string category);

    private sealed class Logger(string category, Harmless harmless, Action<LogRecord> write) : ILogger
    {
        /// <summary>No way out shows scopes.</summary>
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => write(LogRecord.From(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter), harmless));
    }
}
