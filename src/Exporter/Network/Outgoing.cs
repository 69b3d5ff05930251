using System.Net;

namespace Exporter.Network;

/// <summary>
/// Makes the HTTP clients of the program, and nothing else does: only so do all of them go past the proxy to this machine, through it in
/// TLS only, and around addresses that do not answer.
/// </summary>
internal sealed record Outgoing
{
    /// <summary>How long a connection may take, with TLS and what a proxy needs.</summary>
    public static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);

    /// <summary>What is kept of an answer that nobody reads as it comes.</summary>
    private const int MaxAnswerBytes = 4 * 1024 * 1024;

    /// <summary>How a connection is made; <see langword="null"/> is by the system's resolver and sockets.</summary>
    public Func<DnsEndPoint, CancellationToken, ValueTask<Stream>>? Connect { get; init; }

    /// <summary>The proxy for https.</summary>
    public IWebProxy Proxy { get; init; } = HttpClient.DefaultProxy;

    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// A handler without redirects, which would repeat a request elsewhere, and without cookies and headers of our traces.
    /// </summary>
    public SocketsHttpHandler Handler()
    {
        var connect = Connect ?? Connector.OfSystem(Time).ConnectAsync;
        var file = Environment(CertificateFile.Variable);
#pragma warning disable RS0030 // Here, and nowhere else.
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
            SslOptions =
            {
                RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
                    CertificateRefusedException.Judge(sender, certificate, chain, errors, file),
            },
        };
    }

    /// <summary>For requests that hold a secret: plain http goes to this machine only, whatever asks for it.</summary>
    public HttpMessageHandler KeepingHandler()
    {
#pragma warning disable CA2000 // Who gets what is returned owns it.
        var handler = Handler();
#pragma warning restore CA2000
        var connect = handler.ConnectCallback!;
        handler.AutomaticDecompression = DecompressionMethods.All;
        handler.ConnectCallback = (context, cancellation) =>
            IsInClear(context.InitialRequestMessage) && !Loopback.IsLoopback(context.DnsEndPoint.Host)
                ? throw new InvalidOperationException("plain http does not leave this machine")
                : connect(context, cancellation);
        return new RouteTeller(handler.Proxy!, handler);
    }

    /// <summary>A plain client with a limit for each request.</summary>
#pragma warning disable CA2000 // The client owns the handler.
    public HttpClient Client(TimeSpan timeout) => Client(Handler(), timeout);
#pragma warning restore CA2000

    /// <inheritdoc cref="Client(TimeSpan)"/>
    public static HttpClient Client(HttpMessageHandler handler, TimeSpan timeout) =>
#pragma warning disable RS0030 // Here, and nowhere else.
        new(handler, disposeHandler: true) { Timeout = timeout, MaxResponseContentBufferSize = MaxAnswerBytes };
#pragma warning restore RS0030

    /// <summary>CONNECT is what the way to TLS through a proxy begins with.</summary>
    private static bool IsInClear(HttpRequestMessage request) =>
        request.RequestUri!.Scheme == Uri.UriSchemeHttp && request.Method != HttpMethod.Connect;
}
