namespace Exporter.Configuration.Values;

/// <summary>A kind of value: what a message says was expected, and how the text is read.</summary>
internal sealed record ValueParser<T>(string Expected, TryRead<T> TryRead)
{
    /// <summary>No message shows what was found.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Says of a secret what was found in its place, without showing it; <see langword="null"/> for a good one.</summary>
    public Func<string, string?>? Found { get; init; }
}
