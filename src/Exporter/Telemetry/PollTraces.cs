using System.Diagnostics;

namespace Exporter.Telemetry;

/// <summary>
/// Spans of polls: one for each attempt, and below it one for each request. Without a listener, which only a push of traces adds, each
/// method costs one field access. No span contains a query, a header or a body, and keys are hidden (<see cref="HarmlessSpans"/>).
/// </summary>
internal static class PollTraces
{
    private static readonly ActivitySource Source = new(SourceName, BuildInfo.Current.Version);

    public const string SourceName = "sendgrid-exporter";

    /// <summary>Starts the span of an attempt.</summary>
    /// <param name="name">The operation in a few words, the same every time.</param>
    /// <param name="account">The account's name; <see langword="null"/> without one.</param>
    /// <param name="campaign">The label of the polled campaign; <see langword="null"/> for the walk over a list.</param>
    public static Activity? Attempt(string name, string? account, string? campaign = null) =>
        Source.StartActivity(name)?.SetTag("sendgrid.account", account).SetTag("sendgrid.campaign", campaign);

    /// <summary>Records the end of the attempt.</summary>
    /// <param name="pages">The number of pages read.</param>
    /// <param name="reason">The reason of a failure as a label; <see langword="null"/> after a success.</param>
    /// <param name="error">The failure as a sentence.</param>
    public static void AttemptEnded(this Activity? span, int pages, string? reason, string? error)
    {
        span?.SetTag("sendgrid.pages", pages).SetTag("error.type", reason);
        span?.SetStatus(reason is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error, error);
    }

    /// <summary>Starts the span of a request. Call this after the wait for the rate limit.</summary>
    /// <param name="endpoint">The endpoint's label.</param>
    /// <param name="uri">What is asked for.</param>
    /// <param name="hide">Hides keys in a text. A link to a next page is a text of the API, so its path may hold one.</param>
    public static Activity? Request(string endpoint, Uri uri, Func<string, string> hide) =>
        Source.StartActivity(endpoint, ActivityKind.Client) is { } span
            ? span.SetTag("http.request.method", "GET")
                .SetTag("server.address", uri.Host)
                .SetTag("server.port", uri.Port)
                .SetTag("url.path", hide(uri.AbsolutePath))
            : null;

    /// <summary>Records the end of the request.</summary>
    /// <param name="status">The HTTP status; 0 without an answer.</param>
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
