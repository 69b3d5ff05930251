using System.Net;

namespace Exporter.Network;

/// <summary>Turns every failure of a connection into a <see cref="NoAnswerException"/>, the connection that takes too long too.</summary>
internal sealed class RouteTeller(IWebProxy proxy, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (Exception e)
            when (e is HttpRequestException or OperationCanceledException { InnerException: TimeoutException }
                && !cancellationToken.IsCancellationRequested
            )
        {
            throw new NoAnswerException(proxy.GetProxy(request.RequestUri!)?.Authority, e);
        }
    }
}
