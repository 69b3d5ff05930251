namespace Exporter.Network;

/// <summary>A request got no answer, and which way it went: a dead proxy would look like a dead server otherwise.</summary>
/// <param name="proxy">The proxy on the way, as <c>host:port</c>; <see langword="null"/> when there was none.</param>
/// <param name="error">What happened.</param>
#pragma warning disable CA1032 // It is made in one place.
internal sealed class NoAnswerException(string? proxy, Exception error) : HttpRequestException("no answer", error)
#pragma warning restore CA1032
{
    public string? Proxy { get; } = proxy;
}
