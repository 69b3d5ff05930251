using Microsoft.Extensions.Logging;

namespace Exporter.Tests.Polling;

/// <summary>A log of which only the levels of its lines are kept.</summary>
internal sealed class LogLevels : ILogger
{
    public List<LogLevel> Levels { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => Levels.Add(logLevel);
}
