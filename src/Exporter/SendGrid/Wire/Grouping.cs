namespace Exporter.SendGrid.Wire;

internal static class Grouping
{
    public static bool IsGroup(string? text) => text is not (null or "" or "all");
}
