using System.Net;
using Exporter.Trust;

namespace Exporter.Network;

/// <summary>
/// Creates the program's HTTP clients. No other code does, so that all of them bypass the proxy for this machine, use it for TLS only, and
/// avoid addresses that do not answer.
/// </summary>
internal sealed record Outgoing
{
    /// <summary>The time limit of a connection, with TLS and the proxy's handshake.</summary>
    public static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);

    /// <summary>The most bytes of an answer that are buffered when it is not read as it arrives.</summary>
    private const int MaxAnswerBytes = 4 * 1024 * 1024;

    /// <summary>Makes a connection; <see langword="null"/> uses the system's resolver and sockets.</summary>
    public Func<DnsEndPoint, CancellationToken, ValueTask<Stream>>? Connect { get; init; }

    /// <summary>The proxy for https.</summary>
    public IWebProxy Proxy { get; init; } = HttpClient.DefaultProxy;

    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Creates a handler without redirects, which would repeat a request elsewhere, and without cookies and trace headers.
    /// </summary>
    public SocketsHttpHandler Handler()
    {
        var connect = Connect ?? Connector.OfSystem(Time).ConnectAsync;
        var file = Environment(CertificateFile.Variable);
        var tls = TlsHandshake.ForClient();
        tls.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
            CertificateRefusedException.Judge(sender, certificate, chain, errors, file, Time.GetUtcNow());
#pragma warning disable RS0030 // This is the only permitted place.
        return new SocketsHttpHandler
#pragma warning restore RS0030
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            Proxy = new HttpsOnlyProxy(Proxy),
            ConnectTimeout = ConnectWithin,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = (context, cancellation) => connect(context.DnsEndPoint, cancellation),

            // One request of ours is one on the wire: who repeats it counts it, and keeps to the rate limit.
            PlaintextStreamFilter = static (context, _) => new ValueTask<Stream>(new UnrepeatedStream(context.PlaintextStream)),
            SslOptions = tls,
        };
    }

    /// <summary>Creates a handler for requests that hold a secret: it sends plain http only to this machine, whatever the URL.</summary>
    public HttpMessageHandler KeepingHandler()
    {
        // The caller owns the result.
        var handler = Handler();
        var connect = handler.ConnectCallback!;
        handler.AutomaticDecompression = DecompressionMethods.All;
        handler.ConnectCallback = (context, cancellation) =>
            IsInClear(context.InitialRequestMessage) && !Loopback.IsLoopback(context.DnsEndPoint.Host)
                ? throw new InvalidOperationException("plain http does not leave this machine")
                : connect(context, cancellation);
        return new RouteTeller(handler.Proxy!, handler);
    }

    /// <summary>Creates a plain client with a time limit for each request.</summary>
    // The client owns the handler.
    public HttpClient Client(TimeSpan timeout) => Client(Handler(), timeout);

    /// <inheritdoc cref="Client(TimeSpan)"/>
    public static HttpClient Client(HttpMessageHandler handler, TimeSpan timeout) =>
#pragma warning disable RS0030 // This is the only permitted place.
        new(handler, disposeHandler: true) { Timeout = timeout, MaxResponseContentBufferSize = MaxAnswerBytes };
#pragma warning restore RS0030

    /// <summary>Whether the request travels unencrypted. CONNECT does not count: it begins TLS through a proxy.</summary>
    private static bool IsInClear(HttpRequestMessage request) =>
        request.RequestUri!.Scheme == Uri.UriSchemeHttp && request.Method != HttpMethod.Connect;
}
