using System.Globalization;
using static Simulator.Behaviour;

namespace Simulator;

/// <summary>Rate limits and the forms in which SendGrid reports them.</summary>
internal static class LimitBehaviours
{
    public const int Limit = 600;
    private const string AsDate = "date/";

    public static IEnumerable<Behaviour> Table =>
        [
            At(
                    Stage.Arrival,
                    "429-epoch",
                    "answers 429; Reset is so many seconds from now, in epoch seconds",
                    (x, rule) => x.Reply = Refuse(x, rule.Seconds)
                )
                .With("seconds", "37"),
            At(
                    Stage.Arrival,
                    "429-clock-skew",
                    "answers 429 by a clock that goes wrong: Date and Reset are shifted",
                    (x, rule) => x.Reply = Skewed(x, rule.Text)
                )
                .Checked("seconds of skew/seconds to wait", "3600/37", text => Times(text) is not null),
            At(Stage.Arrival, "429-no-headers", "answers 429 without rate limit headers", (x, _) => x.Reply = Replies.TooManyRequests()),
            At(Stage.Arrival, "429-empty-body", "answers 429 without headers and without a body", (x, _) => x.Reply = Reply.Empty(429)),
            At(
                    Stage.Arrival,
                    "429-retry-after",
                    "answers 429 with Retry-After in seconds, or as a date",
                    (x, rule) => x.Reply = RetryAfter(x, Replies.TooManyRequests(), rule.Text)
                )
                .Checked("seconds, or date/seconds", "37", IsRetryAfter),
            At(
                    Stage.Arrival,
                    "429-header-case",
                    "answers 429 with headers spelt X-Ratelimit-…",
                    (x, rule) => x.Reply = Refuse(x, rule.Seconds, "X-Ratelimit-")
                )
                .With("seconds", "37"),
            At(
                    Stage.Arrival,
                    "429-reset-in-seconds",
                    "answers 429; Reset is the seconds to wait, no epoch",
                    (x, rule) => x.Reply = ResetIn(rule.Seconds)
                )
                .With("seconds", "30"),
            At(
                    Stage.Arrival,
                    "503-retry-after",
                    "answers 503 with Retry-After in seconds, or as a date",
                    (x, rule) => x.Reply = RetryAfter(x, Reply.Error(503, "service unavailable"), rule.Text)
                )
                .Checked("seconds, or date/seconds", "30", IsRetryAfter),
            At(
                    Stage.Wire,
                    "remaining-zero-on-200",
                    "answers 200 and says that nothing remains",
                    (x, _) => x.Reply!.Status == 200,
                    (x, rule) => State(x, rule.Seconds).WriteTo(x.Reply!)
                )
                .With("seconds until Reset", "37"),
            At(
                    Stage.Wire,
                    "retry-after-on-200",
                    "answers 200 with Retry-After in seconds, or as a date",
                    (x, _) => x.Reply!.Status == 200,
                    (x, rule) => RetryAfter(x, x.Reply!, rule.Text)
                )
                .Checked("seconds, or date/seconds", "37", IsRetryAfter),
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
        var (skew, wait) = Times(text)!.Value;
        var reply = Refuse(exchange, skew + wait);
        reply.Headers["Date"] = Date(exchange.Time.GetUtcNow() + skew);
        return reply;
    }

    private static Reply ResetIn(TimeSpan wait)
    {
        var reply = Replies.TooManyRequests();
        reply.Headers["X-RateLimit-Limit"] = Limit.ToString(CultureInfo.InvariantCulture);
        reply.Headers["X-RateLimit-Remaining"] = "0";
        reply.Headers["X-RateLimit-Reset"] = wait.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        return reply;
    }

    private static bool IsRetryAfter(string text) => Times(text.Replace(AsDate, "0/", StringComparison.Ordinal)) is not null;

    private static Reply RetryAfter(Exchange exchange, Reply reply, string text)
    {
        reply.Headers["Retry-After"] = text.StartsWith(AsDate, StringComparison.Ordinal)
            ? Date(exchange.Time.GetUtcNow() + TimeSpan.FromSeconds(double.Parse(text[AsDate.Length..], CultureInfo.InvariantCulture)))
            : text;
        return reply;
    }

    /// <summary>Parses one or two numbers of seconds; without the second the wait is 37 s.</summary>
    private static (TimeSpan First, TimeSpan Wait)? Times(string text)
    {
        double[] numbers =
        [
            .. text.Split('/').Select(part => double.TryParse(part, CultureInfo.InvariantCulture, out var number) ? number : double.NaN),
        ];
        return numbers.Length > 2 || numbers.Any(double.IsNaN)
            ? null
            : (TimeSpan.FromSeconds(numbers[0]), TimeSpan.FromSeconds(numbers.ElementAtOrDefault(1) is > 0 and var wait ? wait : 37));
    }

    private static string Date(DateTimeOffset time) => time.ToString("R", CultureInfo.InvariantCulture);
}
