namespace Exporter.Telemetry;

/// <summary>An exception in the log, without secrets.</summary>
/// <param name="Text">All of it: also the exceptions within, and where they were thrown.</param>
internal sealed record LoggedException(string Type, string Message, string Text)
{
    public static LoggedException From(Exception exception, Harmless harmless) =>
        new(harmless.Hide(exception.GetType().Name), harmless.Hide(exception.Message), harmless.Hide(exception.ToString()));
}
