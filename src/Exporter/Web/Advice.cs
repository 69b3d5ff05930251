using Exporter.Snapshots;

namespace Exporter.Web;

/// <summary>What whoever runs the program can do about a failed poll.</summary>
internal static class Advice
{
    public static string For(FailureReason reason) => reason switch
    {
        FailureReason.Unauthorized =>
            "Make a new key in SendGrid (Settings, API Keys) or name the right one. A changed key file is in use at the next poll; doctor tells whether the key works.",
        FailureReason.Forbidden => "Give the key read access to Marketing (scopes marketing.read and marketing.automation.read), or check on_behalf_of.",
        FailureReason.NotFound => "It was probably deleted in SendGrid, or its id is mistyped: take it out of the configuration or correct it.",
        FailureReason.RateLimited =>
            "Something else uses this account's rate limit too, or the interval is too short: plan tells the shortest that fits; then raise poll.interval or lower rate.requests_per_second.",
        FailureReason.Unavailable => "SendGrid or the way to it is in trouble. Polling goes on by itself; if it stays so, see status.sendgrid.com and the network.",
        FailureReason.Timeout => "No answer within poll.timeout: see the network and the proxy; a very long list may need a longer poll.timeout.",
        FailureReason.InvalidResponse => "Something other than SendGrid may be answering: check base_url and the proxy; doctor shows what comes back.",
        FailureReason.Incomplete => "The numbers moved while they were read, so nothing of it was used. It should pass by itself; if it stays so, please report it.",
        _ => "It was stopped on purpose.",
    };
}
