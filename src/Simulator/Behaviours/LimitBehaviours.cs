using System.Globalization;
using static Simulator.Behaviour;

namespace Simulator;

/// <summary>Rate limits and the ways in which they are told.</summary>
internal static class LimitBehaviours
{
    private const int Limit = 600;

    public static IEnumerable<Behaviour> Table =>
    [
        At(Stage.Arrival, "429-epoch", "answers 429; Reset is so many seconds from now, in epoch seconds",
            (x, rule) => x.Reply = Refuse(x, rule.Seconds)).With("seconds", "37"),
        At(Stage.Arrival, "429-clock-skew", "answers 429 by a clock that goes wrong: Date and Reset are shifted",
            (x, rule) => x.Reply = Skewed(x, rule.Text)).With("seconds of skew/seconds to wait", "3600/37"),
        At(Stage.Arrival, "429-no-headers", "answers 429 without rate limit headers", (x, _) => x.Reply = Replies.TooManyRequests()),
        At(Stage.Arrival, "429-empty-body", "answers 429 without headers and without a body", (x, _) => x.Reply = Reply.Empty(429)),
        At(Stage.Arrival, "429-retry-after", "answers 429 with Retry-After in seconds, or as a date",
            (x, rule) => x.Reply = RetryAfter(x, rule.Text)).With("seconds, or date/seconds", "37s"),
        At(Stage.Arrival, "429-header-case", "answers 429 with headers spelt X-Ratelimit-…",
            (x, rule) => x.Reply = Refuse(x, rule.Seconds, "X-Ratelimit-")).With("seconds", "37"),
        At(Stage.Wire, "remaining-zero-on-200", "answers 200 and says that nothing remains",
            (x, _) => x.Reply!.Status == 200, (x, rule) => State(x, rule.Seconds).WriteTo(x.Reply!)).With("seconds until Reset", "37"),
    ];

    private static RateState State(Exchange exchange, TimeSpan wait) => new(Limit, 0, exchange.Time.GetUtcNow() + wait);

    private static Reply Refuse(Exchange exchange, TimeSpan wait, string prefix = "X-RateLimit-")
    {
        var reply = Replies.TooManyRequests();
        State(exchange, wait).WriteTo(reply, prefix);
        return reply;
    }

    private static Reply Skewed(Exchange exchange, string text)
    {
        var parts = text.Split('/');
        var (skew, wait) = (Seconds(parts[0]), parts.Length > 1 ? Seconds(parts[1]) : TimeSpan.FromSeconds(37));
        var reply = Refuse(exchange, skew + wait);
        reply.Headers["Date"] = Date(exchange.Time.GetUtcNow() + skew);
        return reply;
    }

    private static Reply RetryAfter(Exchange exchange, string text)
    {
        var reply = Replies.TooManyRequests();
        var parts = text.TrimEnd('s').Split('/');
        reply.Headers["Retry-After"] = parts[0] is "date"
            ? Date(exchange.Time.GetUtcNow() + (parts.Length > 1 ? Seconds(parts[1]) : TimeSpan.FromSeconds(37)))
            : parts[0];
        return reply;
    }

    private static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));

    private static string Date(DateTimeOffset time) => time.ToString("R", CultureInfo.InvariantCulture);
}
