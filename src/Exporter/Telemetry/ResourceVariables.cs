namespace Exporter.Telemetry;

/// <summary>
/// The variables that describe the program to whoever receives its own metrics. The library reads them, and shows what they hold.
/// </summary>
internal static class ResourceVariables
{
    /// <summary>Whether one of them holds an API key. Then none of them may have an effect.</summary>
    public static bool HoldKey => IsKeyIn("OTEL_RESOURCE_ATTRIBUTES") || IsKeyIn("OTEL_SERVICE_NAME");

    private static bool IsKeyIn(string variable) =>
        KeyShape.IsIn(Uri.UnescapeDataString(Environment.GetEnvironmentVariable(variable) ?? ""));
}
