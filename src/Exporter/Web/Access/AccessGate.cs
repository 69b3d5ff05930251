using Exporter.Web.Connections;

namespace Exporter.Web.Access;

/// <summary>Admits the requests that the access rules allow, and adds the configured headers to every response.</summary>
internal sealed class AccessGate(AccessWatch access, BasicAuth basicAuth, TimeProvider time)
{
    /// <summary>
    /// A client whose certificate was verified makes a new connection after this time: the certificate, or that of its authority, may have
    /// expired.
    /// </summary>
    private static readonly TimeSpan VerifiedFor = TimeSpan.FromHours(1);

    public void AddHeaders(HttpContext context)
    {
        RefusalWriter.AddHeader(context.Response.Headers);
        foreach (var (name, value) in access.Current.Headers)
        {
            context.Response.Headers[name] = value;
        }
    }

    /// <summary>Runs after routing, so that a client without credentials cannot learn which paths exist.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var rules = access.Current;
        if (context.GetEndpoint()?.Metadata.GetMetadata<AllowAnonymous>() is not null)
        {
            await next(context);
            return;
        }

        if (rules.Tls is { } tls && context.Features.Get<Handshake>() is { } handshake)
        {
            if (!handshake.Rules.AreKeptBy(tls))
            {
                // The rules have become stricter since. Without an answer, most clients take the connection for one that was idle too
                // long, and ask again over a new one, as Prometheus does.
                context.Abort();
                return;
            }

            if (tls.IsVerified && time.GetElapsedTime(handshake.Timestamp) >= VerifiedFor)
            {
                context.Response.Headers.Connection = "close";
            }
        }

        if (
            rules.Tls is { ClientCertificates: ClientCertificates.RequireAnyClientCert or ClientCertificates.RequireAndVerifyClientCert }
            && context.Connection.ClientCertificate is null
        )
        {
            await TextResponse.WriteAsync(context, StatusCodes.Status403Forbidden, "A client certificate is needed.\n");
            return;
        }

        var credentials =
            rules.Users.Count == 0
                ? Credentials.Accepted
                : await basicAuth.CheckAsync(rules.Users, context.Request.Headers.Authorization, context.RequestAborted);
        switch (credentials)
        {
            case Credentials.Accepted:
                await next(context);
                break;
            case Credentials.Refused:
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"sendgrid-exporter\", charset=\"UTF-8\"";
                await TextResponse.WriteAsync(context, StatusCodes.Status401Unauthorized, "A user name and a password are needed.\n");
                break;
            case Credentials.Overloaded:
            default:
                context.Response.Headers.RetryAfter = "1";
                await TextResponse.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "Too many passwords are being checked.\n");
                break;
        }
    }
}
