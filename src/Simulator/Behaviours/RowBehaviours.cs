using System.Globalization;
using System.Text.Json.Nodes;
using static Simulator.Behaviour;

namespace Simulator;

/// <summary>Changes the rows. These behaviours act on the whole list, so that pages, count and total agree.</summary>
internal static class RowBehaviours
{
    /// <summary>
    /// URLs as real emails contain them: placeholders, spaces, other scripts and schemes, quotes, a line break, two kilobytes.
    /// </summary>
    private static readonly string[] StrangeUrls =
    [
        "https://shop.example/{{first_name}}",
        "{{{unsubscribe}}}",
        "https://shop.example/<script>alert('clicked')</script>",
        "https://shop.example/two words",
        "https://shop.example/größe/靴",
        "mailto:help@shop.example?subject=Hello",
        "https://shop.example/?q=" + new string('x', 2048),
        "https://shop.example/?say=\"hi\"\\",
        "https://shop.example/line\nbreak",
    ];

    public static IEnumerable<Behaviour> Table =>
        [
            Links(
                    "location-missing",
                    "gives rows without url_location, or null for it",
                    (x, rule) => Each(x, row => Drop(row, "url_location", rule.Text))
                )
                .With("what instead", "absent", "absent", "null"),
            Links(
                "step-all",
                "says \"all\" for step_id although grouped",
                (x, _) => Each(x, row => row["step_id"] = AutomationEndpoints.All)
            ),
            Links(
                    "step-missing",
                    "gives rows without step_id, or \"\" for it",
                    (x, rule) => Each(x, row => Drop(row, "step_id", rule.Text))
                )
                .With("what instead", "absent", "absent", "empty"),
            Links(
                "placeholder-url",
                "gives URLs with placeholders, spaces, quotes, a line break, 2 kB, mailto:",
                (x, _) => EachAt(x, (row, i) => row["url"] = Strange(i))
            ),
            Links(
                "pii-url",
                "gives URLs with personal data and tokens in the query",
                (x, _) => EachAt(x, (row, i) => row["url"] = $"{row["url"]}?email=person{i}@example.com&token=secret{i}")
            ),
            Links(
                "same-location-two-urls",
                "gives one location twice, with two URLs (an edited email)",
                (x, _) => Insert(x, row => row["url"] = $"{row["url"]}?edited=1")
            ),
            Links(
                "same-url-two-locations",
                "gives one URL at two locations (header and footer)",
                (x, _) => Insert(x, row => row["url_location"] = FreeLocation(x, row))
            ),
            Links("exact-duplicate", "gives one row twice", (x, _) => Insert(x, _ => { })),
            Links(
                    "zero-click-link-absent",
                    "gives no row for the last link at first; then the row appears with 1 click and grows",
                    FirstClick
                )
                .With("walks without the row", "2"),
            Links("link-vanishes", "leaves the last link out", (x, _) => x.Rows.RemoveAt(x.Rows.Count - 1)),
            Clicks(
                    "clicks-go-down",
                    "gives lower totals",
                    (clicks, rule) => Math.Max(1, clicks - Math.Max(1, (long)(clicks * rule.Number / 100)))
                )
                .With("percent", "10"),
            Clicks("huge-numbers", "gives clicks beyond 32 bits", (clicks, rule) => clicks + (long)rule.Number)
                .With("how much is added", "8589934592"),
            At(
                    Stage.Paging,
                    "slow-growth",
                    "gives the same clicks walk after walk, then a hundred times as many (scanners at send time)",
                    Freeze
                )
                .With("walks that stand still", "3")
                .And(
                    Stage.Rows,
                    (x, rule) => rule.WalksSeen(x) >= rule.Number,
                    (x, _) => Each(x, row => Change(row, clicks => clicks * 100))
                ),
            At(Stage.Document, "string-numbers", "gives numbers as text", (x, _) => Quote(x.Document)),
            At(
                    Stage.Rows,
                    "stamp-walk",
                    "says by every row's clicks which walk it belongs to: walk × 1000 + row",
                    (x, rule) => EachAt(x, (row, i) => Change(row, _ => (x.Page!.Position.Walk * (long)rule.Number) + i))
                )
                .With("walk × this", "1000"),
        ];

    private static Behaviour Links(string name, string description, Action<Exchange, ActiveBehaviour> effect) =>
        At(
            Stage.Rows,
            name,
            description,
            (x, _) => x.Rows.Count > 0 && x.Endpoint!.Word.EndsWith("_links", StringComparison.Ordinal),
            effect
        );

    private static Behaviour Clicks(string name, string description, Func<long, ActiveBehaviour, long> change) =>
        At(Stage.Rows, name, description, (x, rule) => Each(x, row => Change(row, clicks => change(clicks, rule))));

    private static void Each(Exchange exchange, Action<JsonObject> change) => exchange.Rows.ForEach(change);

    private static void EachAt(Exchange exchange, Action<JsonObject, int> change)
    {
        for (var i = 0; i < exchange.Rows.Count; i++)
        {
            change(exchange.Rows[i], i);
        }
    }

    private static void Change(JsonObject row, Func<long, long> change)
    {
        if ((row.ContainsKey("clicks") ? row : row["stats"] as JsonObject) is { } holder)
        {
            holder["clicks"] = change(holder["clicks"]!.GetValue<long>());
        }
    }

    private static void Drop(JsonObject row, string key, string instead)
    {
        row.Remove(key);
        if (instead is not "absent")
        {
            row[key] = instead is "empty" ? "" : null;
        }
    }

    private static void Insert(Exchange exchange, Action<JsonObject> change)
    {
        var copy = exchange.Rows[0].DeepClone().AsObject();
        change(copy);
        exchange.Rows.Insert(1, copy);
    }

    private static int FreeLocation(Exchange exchange, JsonObject row) =>
        1
        + exchange
            .Rows.Where(other => JsonNode.DeepEquals(other["step_id"], row["step_id"]))
            .Max(other => other["url_location"]!.GetValue<int>());

    private static string Strange(int row) =>
        StrangeUrls[row % StrangeUrls.Length] + (row < StrangeUrls.Length ? "" : "#" + row.ToString(CultureInfo.InvariantCulture));

    private static void FirstClick(Exchange exchange, ActiveBehaviour rule)
    {
        var since = rule.WalksSeen(exchange) - (int)rule.Number;
        if (since < 0)
        {
            exchange.Rows.RemoveAt(exchange.Rows.Count - 1);
        }
        else
        {
            exchange.Rows[^1]["clicks"] = 1L + since;
        }
    }

    private static void Freeze(Exchange exchange, ActiveBehaviour rule)
    {
        var at = (DateTimeOffset)rule.Memory.GetOrAdd("at", exchange.Now);
        exchange.Page!.Position = exchange.Page.Position with { At = at };
    }

    private static void Quote(JsonNode node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
            {
                Quote(item!);
            }
        }
        else if (node is JsonObject value)
        {
            foreach (var (key, member) in value.ToArray())
            {
                if (member is JsonObject or JsonArray)
                {
                    Quote(member);
                }
                else if (member?.GetValueKind() == System.Text.Json.JsonValueKind.Number)
                {
                    value[key] = member.ToJsonString();
                }
            }
        }
    }
}
