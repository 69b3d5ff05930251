using System.Globalization;
using System.Text.Json.Nodes;
using static Simulator.Behaviour;

namespace Simulator;

/// <summary>Makes the server fail, hang, redirect or be slow.</summary>
internal static class FailureBehaviours
{
    private const string NginxPage =
        "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad "
        + "Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";

    private const string MaintenancePage =
        "<!DOCTYPE html><html><head><title>Maintenance</title></head><body><p>We will be back soon.</p></body></html>";

    public static IEnumerable<Behaviour> Table =>
        [
            At(
                    Stage.Arrival,
                    "500-burst",
                    "answers 500 for some minutes",
                    (_, rule) => rule.Age < rule.Seconds,
                    (x, _) => x.Reply = Reply.Error(500, "internal error")
                )
                .With("seconds", "180"),
            At(
                Stage.Arrival,
                "502-html",
                "answers 502 with a page of HTML",
                (x, _) => x.Reply = Reply.Text(502, "text/html", NginxPage + new string('-', 6023 - NginxPage.Length))
            ),
            At(
                Stage.Arrival,
                "502-message",
                "answers 502 with a message and no errors",
                (x, _) => x.Reply = Reply.Json(502, new JsonObject { ["message"] = "Internal server error" })
            ),
            At(
                Stage.Arrival,
                "200-html",
                "answers 200 with a page of HTML",
                (x, _) => x.Reply = Reply.Text(200, "text/html", MaintenancePage)
            ),
            At(Stage.Arrival, "redirect", "redirects to another origin", (x, rule) => x.Reply = Redirect(x, (int)rule.Number))
                .With("status", "302"),
            At(Stage.Arrival, "status", "answers this status with the errors body", (x, rule) => x.Reply = Status(x, rule.Text))
                .Checked("status, status/seconds of Retry-After, or status/reset/seconds until a used-up limit ends", "503", IsStatus),
            At(Stage.Arrival, "delay", "answers after so many seconds", (x, rule) => x.Delay += rule.Seconds).With("seconds", "5"),
            At(Stage.Arrival, "latency", "answers after about so many milliseconds, now more, now less", Slow).With("milliseconds", "50"),
        ];

    private static bool IsStatus(string text) =>
        text.Split('/') is [var status, .. var wait]
        && int.TryParse(status, CultureInfo.InvariantCulture, out _)
        && (wait is [] || (wait is [_] or ["reset", _] && int.TryParse(wait[^1], CultureInfo.InvariantCulture, out _)));

    private static Reply Status(Exchange exchange, string text)
    {
        var words = text.Split('/');
        var reply = Reply.Error(int.Parse(words[0], CultureInfo.InvariantCulture), "simulated status " + words[0]);
        switch (words)
        {
            case [_, "reset", var seconds]:
                var reset = exchange.Time.GetUtcNow().AddSeconds(int.Parse(seconds, CultureInfo.InvariantCulture));
                new RateState(LimitBehaviours.Limit, 0, reset).WriteTo(reply);
                break;
            case [_, var seconds]:
                reply.Headers["Retry-After"] = seconds;
                break;
            default:
                break;
        }

        return reply;
    }

    private static Reply Redirect(Exchange exchange, int status)
    {
        var reply = Reply.Empty(status);
        reply.Headers["Location"] = exchange.OtherOrigin.GetLeftPart(UriPartial.Authority) + exchange.Path + exchange.Query;
        return reply;
    }

    private static void Slow(Exchange exchange, ActiveBehaviour rule) =>
        exchange.Delay += TimeSpan.FromMilliseconds(rule.Number * Dice.Of(rule.Acted).Between(0.5, 1.5));
}
