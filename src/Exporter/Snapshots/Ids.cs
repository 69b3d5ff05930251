namespace Exporter.Snapshots;

/// <summary>
/// Compares ids of campaigns and steps, wherever they come from: the configuration, a list, a request, saved state. Two that differ only in
/// upper and lower case are the same.
/// </summary>
internal static class Ids
{
    public static StringComparer Comparer => StringComparer.OrdinalIgnoreCase;

    public static bool AreSame(string? one, string? other) => Comparer.Equals(one, other);
}
