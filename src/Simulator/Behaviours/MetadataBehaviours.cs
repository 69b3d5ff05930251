using System.Text.Json.Nodes;
using static Simulator.Behaviour;

namespace Simulator;

/// <summary>Changes the parts around the rows: the links to other pages, the count, the total.</summary>
internal static class MetadataBehaviours
{
    private static readonly string[] Links = ["prev", "self", "next"];

    public static IEnumerable<Behaviour> Table =>
        [
            At(
                Stage.Document,
                "next-token-only",
                "gives a next, prev and self that hold nothing but the token, which remembers the rest",
                (x, _) => OnlyToken(x)
            ),
            At(
                Stage.Document,
                "next-loses-group",
                "gives a next without group_by, and later pages without the steps unless they ask for them again",
                (x, _) =>
                    x is { Page: { } page, Endpoint.Word: "automation_links" or "automation_stats" } && IsGrouped(page.Position.Query),
                (x, _) => LoseGroup(x)
            ),
            Next(
                "next-http",
                "gives a next of scheme http on the host's standard port",
                (x, next, _) => $"http://{x.Http.Request.Host.Host}{next.PathAndQuery}"
            ),
            Next(
                    "next-foreign-host",
                    "gives a next on another origin",
                    (x, next, rule) =>
                        (rule.Text.Length > 0 ? rule.Text.TrimEnd('/') : x.OtherOrigin.GetLeftPart(UriPartial.Authority))
                        + next.PathAndQuery
                )
                .Checked("the origin; default the simulator's other one", "", text => Uri.TryCreate(text, UriKind.Absolute, out _)),
            Next("next-relative", "gives a next without scheme and host", (_, next, _) => next.PathAndQuery),
            At(Stage.Document, "next-empty-string", "says \"\" for next on the last page", IsLastPage, (x, _) => Metadata(x)!["next"] = ""),
            At(Stage.Document, "next-null", "says null for next on the last page", IsLastPage, (x, _) => Metadata(x)!["next"] = null),
            At(
                Stage.Document,
                "page-token-empty",
                "gives a self with an empty page_token on the first page",
                (x, _) => x.Page is { IsFirst: true } && Metadata(x) is not null,
                (x, _) =>
                    Metadata(x)!["self"] =
                        Listing.Url(x, x.Page!.Position.Query, token: null) + (x.Page.Position.Query.Length > 0 ? "&" : "?") + "page_token="
            ),
            At(
                    Stage.Document,
                    "next-loop",
                    "gives a next that was there before: the page itself, or from the second page back to the first",
                    (x, rule) => x.Page is { } page && Metadata(x) is not null && (rule.Text is "self" || !page.IsFirst),
                    (x, rule) => Metadata(x)!["next"] = rule.Text is "self" ? Metadata(x)!["self"]!.DeepClone() : FirstPage(x)
                )
                .With("which loop", "self", "self", "cycle"),
            At(
                    Stage.Document,
                    "metadata-missing",
                    "leaves _metadata out, or gives null or {} for it",
                    (x, rule) =>
                        Put(
                            x.Document,
                            "_metadata",
                            rule.Text switch
                            {
                                "absent" => null,
                                "null" => "null",
                                _ => "{}",
                            }
                        )
                )
                .With("what instead", "absent", "absent", "null", "empty"),
            At(
                    Stage.Document,
                    "count-odd",
                    "gives an odd count: 3.0, none, text, or the rows of the page",
                    (x, rule) => Metadata(x) is not null && (rule.Text is not "page" || Results(x) is not null),
                    (x, rule) =>
                        Put(
                            Metadata(x)!,
                            "count",
                            rule.Text switch
                            {
                                "float" => $"{x.Rows.Count}.0",
                                "string" => $"\"{x.Rows.Count}\"",
                                "page" => $"{Results(x)!.Count}",
                                _ => null,
                            }
                        )
                )
                .With("which", "float", "float", "missing", "string", "page"),
            At(Stage.Document, "results-null", "gives null for the rows, and count 0", (x, _) => Empty(x)),
            At(
                    Stage.Document,
                    "results-absent",
                    "leaves the rows out, or gives them as \"result\"",
                    (x, _) => x.Document.ContainsKey("results"),
                    (x, rule) => Rename(x.Document, rule.Text)
                )
                .With("what instead", "absent", "absent", "result"),
            At(
                    Stage.Document,
                    "total-mismatch",
                    "gives a total_clicks that is not the sum of the rows",
                    (x, _) => x.Document.ContainsKey("total_clicks"),
                    (x, rule) => x.Document["total_clicks"] = x.Document["total_clicks"]!.GetValue<long>() + (long)rule.Number
                )
                .With("too many", "1"),
        ];

    private static Behaviour Next(string name, string description, Func<Exchange, Uri, ActiveBehaviour, string> next) =>
        At(
            Stage.Document,
            name,
            description,
            (x, _) => Metadata(x)?["next"] is not null,
            (x, rule) => Metadata(x)!["next"] = next(x, new(Metadata(x)!["next"]!.GetValue<string>()), rule)
        );

    private static JsonObject? Metadata(Exchange exchange) => exchange.Document["_metadata"] as JsonObject;

    private static JsonArray? Results(Exchange exchange) => (exchange.Document["results"] ?? exchange.Document["result"]) as JsonArray;

    private static bool IsLastPage(Exchange exchange, ActiveBehaviour rule) =>
        Metadata(exchange) is { } metadata && metadata["next"] is null;

    private static bool IsGrouped(string query) => new Parameters(query).Text("group_by") is not null;

    private static string FirstPage(Exchange exchange) =>
        Listing.Url(exchange, exchange.Page!.Position.Query, exchange.Page.Position with { Offset = 0, Index = 0 });

    private static void OnlyToken(Exchange exchange)
    {
        if (Metadata(exchange) is not { } metadata)
        {
            return;
        }

        foreach (var key in Links.Where(key => metadata[key] is not null))
        {
            var url = new Uri(metadata[key]!.GetValue<string>());
            var token = new Parameters(url.Query).Text("page_token");
            metadata[key] = url.GetLeftPart(UriPartial.Path) + (token is null ? "" : "?page_token=" + token);
        }
    }

    private static void LoseGroup(Exchange exchange)
    {
        OnlyToken(exchange);
        if (!exchange.Page!.IsFirst && !IsGrouped(exchange.Query))
        {
            foreach (var row in Results(exchange) ?? [])
            {
                row!["step_id"] = AutomationEndpoints.All;
            }
        }
    }

    private static void Empty(Exchange exchange)
    {
        exchange.Document[exchange.Document.ContainsKey("result") ? "result" : "results"] = null;
        exchange.Document["_metadata"] = new JsonObject { ["count"] = 0 };
        if (exchange.Document.ContainsKey("total_clicks"))
        {
            exchange.Document["total_clicks"] = 0;
        }
    }

    private static void Rename(JsonObject document, string to)
    {
        var rows = document["results"];
        document.Remove("results");
        if (to is "result")
        {
            document[to] = rows;
        }
    }

    private static void Put(JsonObject node, string key, string? json)
    {
        node.Remove(key);
        if (json is not null)
        {
            node[key] = JsonNode.Parse(json);
        }
    }
}
