namespace Exporter.Network;

/// <summary>
/// A request got no answer. The exception also names the proxy, because a dead proxy would otherwise look like a dead server.
/// </summary>
/// <param name="proxy">The proxy on the way, as <c>host:port</c>; <see langword="null"/> without one.</param>
#pragma warning disable CA1032 // It is created in one place only.
internal sealed class NoAnswerException(string? proxy, Exception error) : HttpRequestException("no answer", error)
#pragma warning restore CA1032
{
    public string? Proxy { get; } = proxy;
}
