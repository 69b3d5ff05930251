namespace Exporter.Telemetry;

/// <summary>An exception in the log, without API keys.</summary>
/// <param name="Text">All of it: also the exceptions within, and where they were thrown.</param>
internal sealed record LoggedException(string Type, string Message, string Text)
{
    public static LoggedException From(Exception exception) =>
        new(KeyShape.Hide(exception.GetType().Name), KeyShape.Hide(exception.Message), KeyShape.Hide(exception.ToString()));
}
