using System.Collections.Concurrent;
using Exporter.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Weather;

/// <summary>Catches the log of one program, as the lines that an operator would read.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly LineFormatter _formatter = new(LogFormat.Logfmt, TimeProvider.System);
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> All => _lines;

    /// <summary>How many lines hold all of these texts.</summary>
    public int Count(params string[] texts) => _lines.Count(line => texts.All(text => line.Contains(text, StringComparison.Ordinal)));

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose() { }

    private sealed class Logger(LogLines log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => log._lines.Enqueue(log._formatter.Line(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter)));
    }
}
