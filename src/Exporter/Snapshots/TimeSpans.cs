namespace Exporter.Snapshots;

/// <summary>What .NET has for numbers only.</summary>
internal static class TimeSpans
{
    /// <summary>Returns a length of time, or the bound that it lies beyond.</summary>
    public static TimeSpan Clamp(TimeSpan length, TimeSpan least, TimeSpan most)
    {
        if (length < least)
        {
            return least;
        }

        return length > most ? most : length;
    }
}
