namespace Exporter.Configuration.Values;

/// <summary>Parses one kind of value, and describes it for messages.</summary>
internal sealed record ValueParser<T>(string Expected, TryRead<T> TryRead)
{
    /// <summary>Whether messages hide the value.</summary>
    public bool IsSecret { get; init; }

    /// <summary>
    /// Describes what was found in place of a value that is never shown; returns <see langword="null"/> for a good one.
    /// </summary>
    public Func<string, string?>? Found { get; init; }
}
