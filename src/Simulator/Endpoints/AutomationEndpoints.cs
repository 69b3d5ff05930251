using System.Text.Json.Nodes;

namespace Simulator;

/// <summary>Answers the statistics of automations, by automation, step, day and link.</summary>
internal static class AutomationEndpoints
{
    public const string All = "all";

    private static readonly string[] Scopes = ["marketing.read", "marketing.automation.read"];

    public static IEnumerable<ApiEndpoint> Table =>
        [
            new("automation_list", "v3/marketing/stats/automations", Scopes, new Listing("results", Sums: false, Automations).Answer),
            new("automation_export", "v3/marketing/stats/automations/export", Scopes, Export.Automations),
            new(
                "automation_stats",
                "v3/marketing/stats/automations/{id}",
                Scopes,
                new Listing("results", Sums: false, Steps) { Missing = () => Reply.Empty(404) }.Answer
            ),
            new("automation_links", "v3/marketing/stats/automations/{id}/links", Scopes, new Listing("results", Sums: true, Links).Answer),
        ];

    private static IEnumerable<JsonObject> Automations(Exchange exchange, Parameters query, DateTimeOffset at)
    {
        var ids = query.List("automation_ids", most: 25);
        return from automation in exchange.Account!.Automations
            where ids.Count == 0 || ids.Contains(automation.Id, StringComparer.Ordinal)
            select Row(
                automation.Id,
                "total",
                All,
                exchange.World.StepTotals(automation.Id, at).Aggregate(Statistics.None, (sum, t) => sum + t.Stats)
            );
    }

    private static IEnumerable<JsonObject>? Steps(Exchange exchange, Parameters query, DateTimeOffset at)
    {
        if (Find(exchange) is not { } id)
        {
            return null;
        }

        var (grouped, steps, span) = (IsGrouped(query), query.Uuids("step_ids"), StatisticsSpan.Read(query));
        var numbers = span.Select(
            () => exchange.World.StepTotals(id, at).Select(t => (t.StepId, t.Stats)),
            (first, last, zone) => exchange.World.StepDays(id, first, last, zone, at).Select(d => (d.Day, d.StepId, d.Stats))
        );
        return from number in numbers
            where steps.Count == 0 || steps.Contains(number.Key, StringComparer.Ordinal)
            group number.Stats by (number.Aggregation, Step: grouped ? number.Key : All) into row
            select Row(id, row.Key.Aggregation, row.Key.Step, row.Aggregate(Statistics.Add));
    }

    private static IEnumerable<JsonObject>? Links(Exchange exchange, Parameters query, DateTimeOffset at)
    {
        if (!Guid.TryParseExact(exchange.Id, "D", out _))
        {
            return query.Refuse<IEnumerable<JsonObject>>("id", "id must be a valid UUID", []);
        }

        if (Find(exchange) is not { } id)
        {
            return null;
        }

        var (grouped, steps) = (IsGrouped(query), query.Uuids("step_ids"));
        return from link in exchange.World.LinkTotals(id, at)
            where steps.Count == 0 || steps.Contains(link.StepId, StringComparer.Ordinal)
            group link.Clicks by (link.Url, link.Location, Step: grouped ? link.StepId : All) into row
            select new JsonObject
            {
                ["url"] = row.Key.Url,
                ["url_location"] = row.Key.Location,
                ["step_id"] = row.Key.Step,
                ["clicks"] = row.Sum(),
            };
    }

    private static bool IsGrouped(Parameters query) => query.Words("group_by", "step_id").Count > 0;

    private static string? Find(Exchange exchange) =>
        exchange.Account!.Automations.Any(automation => string.Equals(automation.Id, exchange.Id, StringComparison.Ordinal))
            ? exchange.Id
            : null;

    private static JsonObject Row(string id, string aggregation, string step, Statistics stats) =>
        new()
        {
            ["id"] = id,
            ["aggregation"] = aggregation,
            ["step_id"] = step,
            ["stats"] = Stats(stats),
        };

    public static JsonObject Stats(Statistics stats) => new(stats.ByName.Select(n => KeyValuePair.Create(n.Key, (JsonNode?)n.Value)));
}
