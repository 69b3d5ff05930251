using System.Diagnostics;

namespace Exporter.Telemetry;

/// <summary>
/// Spans of polls: one for each attempt, and below it one for each request. Unless traces are pushed nobody listens, and then each verb is
/// a look at one field. No span has a query, a header or a body, so none has a key.
/// </summary>
internal static class PollTraces
{
    private static readonly ActivitySource Source = new(SourceName, BuildInfo.Current.Version);

    public const string SourceName = "sendgrid-exporter";

    /// <summary>An attempt begins.</summary>
    /// <param name="name">What is done, in a few words that are the same every time.</param>
    /// <param name="account">The account; <see langword="null"/> when it has no name.</param>
    /// <param name="campaign">The label of what is polled; <see langword="null"/> when a list is walked.</param>
    public static Activity? Attempt(string name, string? account, string? campaign = null) =>
        Source.StartActivity(name)?.SetTag("sendgrid.account", account).SetTag("sendgrid.campaign", campaign);

    /// <summary>The attempt ended.</summary>
    /// <param name="span">The attempt.</param>
    /// <param name="pages">Pages read.</param>
    /// <param name="reason">Why it failed, as one word; <see langword="null"/> after a success.</param>
    /// <param name="error">The same as a sentence.</param>
    public static void AttemptEnded(this Activity? span, int pages, string? reason, string? error)
    {
        span?.SetTag("sendgrid.pages", pages).SetTag("error.type", reason);
        span?.SetStatus(reason is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error, error);
    }

    /// <summary>A request is sent, its wait for the rate limit behind it.</summary>
    /// <param name="endpoint">The path's word.</param>
    /// <param name="uri">Where to.</param>
    public static Activity? Request(string endpoint, Uri uri) =>
        Source
            .StartActivity(endpoint, ActivityKind.Client)
            ?.SetTag("http.request.method", "GET")
            .SetTag("server.address", uri.Host)
            .SetTag("server.port", uri.Port)
            .SetTag("url.path", uri.AbsolutePath);

    /// <summary>The request ended.</summary>
    /// <param name="span">The request.</param>
    /// <param name="status">The HTTP status; 0 when no answer came.</param>
    public static void RequestEnded(this Activity? span, int status)
    {
        if (status > 0)
        {
            span?.SetTag("http.response.status_code", status);
        }

        if (status is 0 or >= 400)
        {
            span?.SetTag("error.type", status == 0 ? "no_answer" : status.ToString()).SetStatus(ActivityStatusCode.Error);
        }
    }
}
