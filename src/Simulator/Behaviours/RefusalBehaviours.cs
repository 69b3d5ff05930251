using static Simulator.Behaviour;

namespace Simulator;

/// <summary>Refuses keys and permissions.</summary>
internal static class RefusalBehaviours
{
    public static IEnumerable<Behaviour> Table =>
        [
            At(Stage.Arrival, "401-bad-key", "refuses the key, without rate limit headers", (x, _) => x.Reply = Replies.BadKey()),
            At(
                    Stage.Arrival,
                    "401-flap",
                    "refuses the key for some minutes, then takes it again",
                    (_, rule) => rule.Age < rule.Seconds,
                    (x, _) => x.Reply = Replies.BadKey()
                )
                .With("seconds", "120"),
            At(Stage.Arrival, "401-sporadic", "refuses a good key now and then", IsDue, (x, _) => x.Reply = Replies.BadKey())
                .With("one in how many", "10"),
            At(
                    Stage.Arrival,
                    "refusal",
                    "refuses with a sentence that people report: 401 for the address or for credits, 403 for the address, a block or the "
                        + "subuser, 451 for the region",
                    (x, rule) => x.Reply = Refusal(rule.Text)
                )
                .With("which", "address", "address", "address-403", "credits", "blocked", "subuser", "region"),
            At(Stage.Arrival, "403-scope", "says that the key may not do this", (x, _) => x.Reply = Replies.Forbidden()),
            At(Stage.Arrival, "403-sporadic", "refuses one request in twenty", IsDue, (x, _) => x.Reply = Replies.Forbidden())
                .With("one in how many", "20"),
            At(
                Stage.Arrival,
                "403-legacy-account",
                "refuses everything of Marketing Campaigns",
                (x, _) => x.Path.StartsWith("/v3/marketing", StringComparison.Ordinal),
                (x, _) => x.Reply = Replies.Forbidden()
            ),
        ];

    private static Reply Refusal(string which) =>
        which switch
        {
            "address" => Reply.Error(401, "The requestor's IP Address is not whitelisted"),
            "address-403" => Reply.Error(403, "The requestor's IP Address is not whitelisted"),
            "credits" => Reply.Error(401, "Maximum credits exceeded"),
            "blocked" => Reply.Error(403, "Your account is temporarily blocked after too many bad requests"),
            "subuser" => Reply.Error(403, "the on-behalf-of subuser does not exist"),
            _ => Reply.Error(451, "Unavailable for reasons of data residency"),
        };

    private static bool IsDue(Exchange exchange, ActiveBehaviour rule) =>
        (int)rule.Memory.AddOrUpdate("requests", 1, (_, count) => (int)count + 1) % (int)rule.Number == 0;
}
