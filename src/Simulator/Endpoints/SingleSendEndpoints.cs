using System.Text.Json.Nodes;

namespace Simulator;

/// <summary>Answers the statistics of Single Sends, by send, A/B variation and phase, day and link.</summary>
internal static class SingleSendEndpoints
{
    private const string All = "all";

    private static readonly string[] Scopes = ["marketing.read"];

    public static IEnumerable<ApiEndpoint> Table =>
        [
            new("singlesend_list", "v3/marketing/stats/singlesends", Scopes, new Listing("results", Sums: false, Sends).Answer),
            new("singlesend_export", "v3/marketing/stats/singlesends/export", Scopes, Export.SingleSends),
            new(
                "singlesend_stats",
                "v3/marketing/stats/singlesends/{id}",
                Scopes,
                new Listing("results", Sums: false, Variations) { Missing = () => Reply.Empty(404) }.Answer
            ),
            new(
                "singlesend_links",
                "v3/marketing/stats/singlesends/{id}/links",
                Scopes,
                new Listing("results", Sums: true, Links) { Missing = () => Reply.Json(404, new JsonObject()) }.Answer
            ),
        ];

    private static IEnumerable<JsonObject> Sends(Exchange exchange, Parameters query, DateTimeOffset at)
    {
        var ids = query.List("singlesend_ids", most: 25);
        return from send in exchange.Account!.SingleSends
            where ids.Count == 0 || ids.Contains(send.Id, StringComparer.Ordinal)
            select Row(
                send.Id,
                All,
                All,
                "total",
                exchange.World.SingleSendTotals(send.Id, at).Aggregate(Statistics.None, (sum, t) => sum + t.Stats)
            );
    }

    private static IEnumerable<JsonObject>? Variations(Exchange exchange, Parameters query, DateTimeOffset at)
    {
        if (Find(exchange) is not { } id)
        {
            return null;
        }

        var (groups, span) = (Groups(query), StatisticsSpan.Read(query));
        var numbers = span.Select(
            () => exchange.World.SingleSendTotals(id, at).Select(t => ((t.Variation, t.Phase), t.Stats)),
            (first, last, zone) =>
                exchange.World.SingleSendDays(id, first, last, zone, at).Select(d => (d.Day, (d.Variation, d.Phase), d.Stats))
        );
        return from number in numbers
            group number.Stats by (
                number.Aggregation,
                Variation: groups.Variation ? number.Key.Variation : All,
                Phase: groups.Phase ? number.Key.Phase : All
            ) into row
            select Row(id, row.Key.Variation, row.Key.Phase, row.Key.Aggregation, row.Aggregate(Statistics.Add));
    }

    private static IEnumerable<JsonObject>? Links(Exchange exchange, Parameters query, DateTimeOffset at)
    {
        if (Find(exchange) is not { } id)
        {
            return null;
        }

        var (byVariation, byPhase) = Groups(query);
        var (variation, phase) = (query.Uuids("ab_variation_id"), query.Words("ab_phase_id", "test", "send"));
        var (showVariation, showPhase) = (byVariation || variation.Count > 0, byPhase || phase.Count > 0);
        return from link in exchange.World.SingleSendLinkTotals(id, at)
            where variation.Count == 0 || variation.Contains(link.Variation, StringComparer.Ordinal)
            where phase.Count == 0 || phase.Contains(link.Phase, StringComparer.Ordinal)
            group link.Clicks by (
                link.Url,
                link.Location,
                Variation: showVariation ? link.Variation : All,
                Phase: showPhase ? link.Phase : All
            ) into row
            select new JsonObject
            {
                ["url"] = row.Key.Url,
                ["url_location"] = row.Key.Location,
                ["ab_variation"] = row.Key.Variation,
                ["ab_phase"] = row.Key.Phase,
                ["clicks"] = row.Sum(),
            };
    }

    private static (bool Variation, bool Phase) Groups(Parameters query)
    {
        var groups = query.Words("group_by", "ab_variation", "ab_phase");
        return (groups.Contains("ab_variation", StringComparer.Ordinal), groups.Contains("ab_phase", StringComparer.Ordinal));
    }

    private static string? Find(Exchange exchange) =>
        exchange.Account!.SingleSends.Any(send => string.Equals(send.Id, exchange.Id, StringComparison.Ordinal)) ? exchange.Id : null;

    private static JsonObject Row(string id, string variation, string phase, string aggregation, Statistics stats) =>
        new()
        {
            ["id"] = id,
            ["ab_variation"] = variation,
            ["ab_phase"] = phase,
            ["aggregation"] = aggregation,
            ["stats"] = AutomationEndpoints.Stats(stats),
        };
}
