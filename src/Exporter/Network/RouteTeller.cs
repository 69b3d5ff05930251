using System.Net;

namespace Exporter.Network;

/// <summary>Turns every connection failure into a <see cref="NoAnswerException"/>, a connection that takes too long included.</summary>
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
