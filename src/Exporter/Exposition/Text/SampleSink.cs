namespace Exporter.Exposition.Text;

/// <summary>Takes the samples of a family, as lines of a page or as measurements.</summary>
internal abstract class SampleSink
{
    /// <summary>
    /// Sets the labels that all samples of the family carry until the next call, which are the first of the family's labels; a
    /// <see langword="null"/> value leaves its label out.
    /// </summary>
    public abstract void Scope(params ReadOnlySpan<(string Label, string? Value)> labels);

    /// <summary>Takes a sample whose own labels have these values, in the family's order.</summary>
    public abstract void Sample(double value, params ReadOnlySpan<string> labels);

    /// <inheritdoc cref="Sample(double, ReadOnlySpan{string})"/>
    public abstract void Sample(long value, params ReadOnlySpan<string> labels);

    /// <summary>Takes a moment as seconds since the epoch, or 0 for never.</summary>
    public void Sample(DateTimeOffset? moment, params ReadOnlySpan<string> labels) => Sample(Seconds(moment), labels);

    /// <summary>A moment as seconds since the epoch, or 0 for never.</summary>
    public static double Seconds(DateTimeOffset? moment) => (moment?.ToUnixTimeMilliseconds() ?? 0) / 1000d;
}
