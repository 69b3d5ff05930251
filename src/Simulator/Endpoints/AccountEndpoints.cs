using System.Globalization;
using System.Text.Json.Nodes;

namespace Simulator;

/// <summary>Answers about an account: the key's scopes, its Single Sends, and (undocumented) its automations with their names.</summary>
internal static class AccountEndpoints
{
    public static IEnumerable<ApiEndpoint> Table =>
        [
            new("scopes", "v3/scopes", [], Scopes),
            new(
                "singlesends",
                "v3/marketing/singlesends",
                ["marketing.read"],
                new Listing("result", Sums: false, SingleSends, LargestSize: 100).Answer
            ),
            new("automations", "v3/marketing/automations", ["marketing.read", "marketing.automation.read"], Automations),
        ];

    private static Reply Scopes(Exchange exchange) =>
        Reply.Json(200, new JsonObject { ["scopes"] = new JsonArray([.. exchange.Account!.Scopes.Select(s => (JsonNode)s)]) });

    private static IEnumerable<JsonObject> SingleSends(Exchange exchange, Parameters query, DateTimeOffset at) =>
        exchange.Account!.SingleSends.Select(send => new JsonObject
        {
            ["id"] = send.Id,
            ["name"] = send.Name,
            ["status"] = send.SentAt <= at ? "triggered" : "scheduled",
            ["categories"] = new JsonArray(),
            ["is_abtest"] = send.IsAbTest,
            ["abtest"] = send.IsAbTest ? Test(send) : null,
            ["send_at"] = Time(send.SentAt),
            ["created_at"] = Time(send.SentAt.AddDays(-2)),
            ["updated_at"] = Time(send.SentAt.AddHours(-1)),
        });

    private static JsonObject Test(SimulatedSingleSend send) =>
        new()
        {
            ["type"] = "subject",
            ["winner_criteria"] = "click",
            ["test_percentage"] = 10,
            ["duration"] = "5h",
            ["winning_template_id"] = send.Variations[^1].Variation,
            ["winner_selected_at"] = Time(send.SentAt),
            ["expiration_date"] = null,
        };

    /// <summary>One report about this endpoint shows these fields; the envelope is a guess. A behaviour plays the other shapes.</summary>
    private static Reply Automations(Exchange exchange)
    {
        var query = new Parameters(exchange.Query);
        var (offset, limit) = (query.Number("offset", 0, 0, int.MaxValue), query.Number("limit", 50, 1, 1000));
        if (query.Problem is { } problem)
        {
            return Reply.Error(400, problem.Message, problem.Field);
        }

        var all = exchange.Account!.Automations;
        exchange.Document = new()
        {
            ["result"] = new JsonArray([.. all.Skip(offset).Take(limit).Select(Automation)]),
            ["_metadata"] = new JsonObject { ["count"] = all.Count },
        };
        exchange.Act(Stage.Document);
        return exchange.Reply ?? Reply.Json(200, exchange.Document);
    }

    private static JsonObject Automation(SimulatedAutomation automation) =>
        new()
        {
            ["id"] = automation.Id,
            ["name"] = automation.Name,
            ["type"] = "triggered",
            ["status"] = "live",
            ["steps"] = new JsonArray([.. automation.Steps.Select(step => new JsonObject { ["id"] = step.Id, ["name"] = step.Name })]),
        };

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
