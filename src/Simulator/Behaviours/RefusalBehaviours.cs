using static Simulator.Behaviour;

namespace Simulator;

/// <summary>Keys and permissions.</summary>
internal static class RefusalBehaviours
{
    public static IEnumerable<Behaviour> Table =>
    [
        At(Stage.Arrival, "401-bad-key", "refuses the key, without rate limit headers", (x, _) => x.Reply = Replies.BadKey()),
        At(Stage.Arrival, "401-flap", "refuses the key for some minutes, then takes it again",
            (_, rule) => rule.Age < rule.Seconds, (x, _) => x.Reply = Replies.BadKey()).With("seconds", "120"),
        At(Stage.Arrival, "403-scope", "says that the key may not do this", (x, _) => x.Reply = Replies.Forbidden()),
        At(Stage.Arrival, "403-sporadic", "refuses one request in twenty", IsDue, (x, _) => x.Reply = Replies.Forbidden()).With("one in how many", "20"),
        At(Stage.Arrival, "403-legacy-account", "refuses everything of Marketing Campaigns",
            (x, _) => x.Path.StartsWith("/v3/marketing", StringComparison.Ordinal), (x, _) => x.Reply = Replies.Forbidden()),
    ];

    private static bool IsDue(Exchange exchange, ActiveBehaviour rule) =>
        (int)rule.Memory.AddOrUpdate("requests", 1, (_, count) => (int)count + 1) % (int)rule.Number == 0;
}
