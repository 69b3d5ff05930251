namespace Exporter.Exposition.Text;

/// <summary>Receives the samples of a family, as lines of a page or as measurements.</summary>
internal abstract class SampleSink
{
    /// <summary>
    /// Sets the labels of all samples until the next call. They are the first of the family's labels; a <see langword="null"/> value leaves
    /// its label out.
    /// </summary>
    public abstract void Scope(params ReadOnlySpan<(string Label, string? Value)> labels);

    /// <summary>Receives a sample with the values of its own labels, in the family's order.</summary>
    public abstract void Sample(double value, params ReadOnlySpan<string> labels);

    /// <inheritdoc cref="Sample(double, ReadOnlySpan{string})"/>
    public abstract void Sample(long value, params ReadOnlySpan<string> labels);

    /// <summary>Receives a moment as seconds since the epoch; 0 for never.</summary>
    public void Sample(DateTimeOffset? moment, params ReadOnlySpan<string> labels) => Sample(Seconds(moment), labels);

    /// <summary>Returns a moment as seconds since the epoch; 0 for never.</summary>
    public static double Seconds(DateTimeOffset? moment) => (moment?.ToUnixTimeMilliseconds() ?? 0) / 1000d;
}
