using System.Globalization;
using System.Text.Json.Nodes;
using static Simulator.Behaviour;

namespace Simulator;

/// <summary>Changes which automations and Single Sends exist, and which of them are found.</summary>
internal static class CampaignBehaviours
{
    public static IEnumerable<Behaviour> Table =>
        [
            At(
                Stage.Arrival,
                "stats-404-not-ready",
                "answers 404 for a live campaign, as long as it has no statistics",
                IsById,
                (x, _) => x.Reply = Missing(x)
            ),
            At(
                Stage.Arrival,
                "listed-but-404",
                "lists a campaign and answers 404 when it is asked for",
                IsById,
                (x, _) => x.Reply = Missing(x)
            ),
            At(Stage.Arrival, "404-empty-body", "answers 404 with no body", IsById, (x, _) => x.Reply = Reply.Empty(404)),
            At(Stage.Arrival, "404-errors", "answers 404 with the errors body", IsById, (x, _) => x.Reply = Replies.NotFound()),
            At(Stage.Arrival, "404-{}", "answers 404 with {}", IsById, (x, _) => x.Reply = Reply.Json(404, new JsonObject())),
            At(
                    Stage.Arrival,
                    "deleted-automation",
                    "answers 404 for good and does not list it any more",
                    IsById,
                    (x, _) => x.Reply = Missing(x)
                )
                .And(
                    Stage.Rows,
                    IsList,
                    (x, rule) =>
                        x.Rows.RemoveAll(row =>
                            rule.Rule.Id is null || string.Equals(row["id"]!.GetValue<string>(), rule.Rule.Id, StringComparison.Ordinal)
                        )
                )
                .AlsoForLists(),
            At(Stage.Rows, "new-automation-appears", "lists one campaign less at first, and in another order each time", IsList, Appear)
                .With("walks without it", "1"),
            At(
                Stage.Rows,
                "export-route",
                "lists a campaign with the id \"export\", whose statistics are the CSV export",
                IsList,
                (x, _) => ListExport(x)
            ),
            At(
                    Stage.Document,
                    "automations-undocumented",
                    "answers the undocumented list in another shape, or refuses it",
                    (x, _) => x.Endpoint!.Word is "automations",
                    (x, rule) => Reshape(x, rule.Text)
                )
                .With("which", "title", "title", "results", "array", "404", "403"),
            At(Stage.Arrival, "many", "answers with 130 automations of 10 steps of 15 links each", (x, _) => x.Account is not null, Swap)
                .Checked("automations x steps x links", "130x10x15", text => Size(text) is not null),
        ];

    private static bool IsById(Exchange exchange, ActiveBehaviour rule) => exchange.Endpoint is { IsById: true };

    private static bool IsList(Exchange exchange, ActiveBehaviour rule) =>
        exchange.Rows.Count > 0 && exchange.Endpoint!.Word.EndsWith("_list", StringComparison.Ordinal);

    private static Reply Missing(Exchange exchange) =>
        exchange.Endpoint!.Word.EndsWith("_links", StringComparison.Ordinal) ? Replies.NotFound() : Reply.Empty(404);

    private static void Appear(Exchange exchange, ActiveBehaviour rule)
    {
        var walks = rule.WalksSeen(exchange);
        if (walks < rule.Number)
        {
            exchange.Rows.RemoveAt(exchange.Rows.Count - 1);
        }

        var turn = walks % Math.Max(1, exchange.Rows.Count);
        exchange.Rows = [.. exchange.Rows[turn..], .. exchange.Rows[..turn]];
    }

    private static void ListExport(Exchange exchange)
    {
        var row = exchange.Rows[0].DeepClone().AsObject();
        row["id"] = "export";
        exchange.Rows.Add(row);
    }

    private static void Reshape(Exchange exchange, string shape)
    {
        var rows = exchange.Document["result"]!.DeepClone().AsArray();
        exchange.Reply = shape switch
        {
            "404" => Replies.NotFound(),
            "403" => Replies.Forbidden(),
            "array" => Reply.Json(200, rows),
            "results" => Reply.Json(200, new JsonObject { ["results"] = rows }),
            _ => Reply.Json(200, new JsonObject { ["result"] = new JsonArray([.. rows.Select(row => Titled(row!.AsObject()))]) }),
        };
    }

    /// <summary>The other report about this endpoint shows <c>title</c> and <c>active</c>.</summary>
    private static JsonObject Titled(JsonObject row) =>
        new()
        {
            ["id"] = row["id"]!.DeepClone(),
            ["title"] = row["name"]!.DeepClone(),
            ["status"] = "active",
        };

    private static void Swap(Exchange exchange, ActiveBehaviour rule)
    {
        var account = exchange.Account!;
        var world = (World)rule.Memory.GetOrAdd(account.Name, _ => World.Create(Sized(rule.Text, account.Name), exchange.Now));
        exchange.World = world;
        exchange.Account = account with { Automations = world.Accounts[0].Automations, SingleSends = [] };
    }

    private static WorldOptions Sized(string size, string account)
    {
        var (automations, steps, links) = Size(size)!.Value;
        return WorldOptions.Sized(1, automations, steps, links, seed: (long)Dice.Of(0).For(account).Key);
    }

    private static (int Automations, int Steps, int Links)? Size(string text)
    {
        int[] numbers = [.. text.Split('x').Select(part => int.TryParse(part, CultureInfo.InvariantCulture, out var number) ? number : 0)];
        return numbers is [> 0 and var automations, > 0 and var steps, > 0 and var links] ? (automations, steps, links) : null;
    }
}
