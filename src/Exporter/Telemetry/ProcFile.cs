namespace Exporter.Telemetry;

/// <summary>
/// What Linux reports about this process under <c>/proc</c>. A jail or a sandbox may have none of it: then a figure is absent, and nothing
/// fails.
/// </summary>
internal static class ProcFile
{
    public static string PathOf(string name) => $"/proc/self/{name}";

    /// <returns>Its text; <see langword="null"/> when there is none.</returns>
    public static string? Read(string name)
    {
        try
        {
#pragma warning disable RS0030 // The system's file, not an operator's.
            return File.ReadAllText(PathOf(name));
#pragma warning restore RS0030
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
