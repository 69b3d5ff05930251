using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Exporter.SendGrid;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;

namespace Exporter.Tests.SendGrid;

public sealed class PageWalkPropertyTests
{
    private static readonly Uri Base = new("https://api.sendgrid.com");
    private static readonly Gen<int[]> Splits = Gen.Int[0, 4].Array[1, 12];

    [Fact]
    public void However_rows_are_split_into_pages_the_walk_gives_exactly_the_rows() =>
        Gen.Select(Splits, Gen.Bool, Gen.Bool)
            .Sample(
                (split, counts, repeats) =>
                {
                    var rows = Enumerable.Range(0, split.Sum()).Select(Row).ToList();
                    if (repeats && split[0] > 1)
                    {
                        rows[1] = rows[0].DeepClone();
                    }

                    var pages = Pages(rows, split, counts);
                    var asked = 0;
                    var walk = Walk(uri =>
                    {
                        asked++;
                        return pages[PageOf(uri)];
                    });

                    Assert.Null(walk.Error);
                    Assert.Equal(rows.Select(row => row["clicks"]!.GetValue<long>()), walk.Value!.Rows.Select(row => row.Clicks));
                    Assert.False(walk.Value.CountMismatch);
                    Assert.Equal(split.Length, asked);
                }
            );

    [Fact]
    public void A_row_that_stands_on_two_pages_restarts_the_walk_once_and_counts_when_it_stays() =>
        Gen.Select(Splits.Where(split => split.Length > 1 && split[0] > 0 && split[^1] > 0), Gen.Bool)
            .Sample(
                (split, stays) =>
                {
                    var rows = Enumerable.Range(0, split.Sum()).Select(Row).ToList();
                    var sound = Pages(rows, split, withCount: true);
                    var shifted = rows.ToList();
                    shifted[^1] = rows[0].DeepClone();
                    var doubled = Pages(shifted, split, withCount: true);
                    var asked = 0;
                    var walk = Walk(uri => asked++ < split.Length || stays ? doubled[PageOf(uri)] : sound[PageOf(uri)]);

                    Assert.Equal(
                        (stays ? shifted : rows).Select(row => row["clicks"]!.GetValue<long>()),
                        walk.Value!.Rows.Select(row => row.Clicks)
                    );
                    Assert.Equal(2 * split.Length, asked);
                }
            );

    [Fact]
    public void Any_count_that_is_not_the_rows_costs_one_more_walk_and_no_more() =>
        Gen.Select(Splits, Gen.Int[0, 100])
            .Sample(
                (split, count) =>
                {
                    var rows = Enumerable.Range(0, split.Sum()).Select(Row).ToList();
                    var pages = Pages(rows, split, withCount: false);
                    var asked = 0;
                    var walk = Walk(uri =>
                    {
                        asked++;
                        var page = pages[PageOf(uri)].DeepClone().AsObject();
                        page["_metadata"]!["count"] = count;
                        return page;
                    });

                    Assert.Equal(rows.Count, walk.Value!.Rows.Count);
                    Assert.Equal(count != rows.Count, walk.Value.CountMismatch);
                    Assert.Equal(split.Length * (count == rows.Count ? 1 : 2), asked);
                }
            );

    [Fact]
    public void Rows_that_change_between_the_two_walks_while_the_count_disagrees_are_incomplete()
    {
        var asked = 0;
        var walk = Walk(_ =>
            Pages([.. Enumerable.Range(0, ++asked).Select(Row)], [asked], withCount: false)[0].With("_metadata", """{"count":9}""")
        );

        Assert.Equal(FailureReason.Incomplete, walk.Error?.Reason);
        Assert.Equal(2, asked);
    }

    [Fact]
    public void A_second_walk_that_agrees_with_its_count_is_simply_complete()
    {
        var asked = 0;
        var walk = Walk(_ =>
            Pages([.. Enumerable.Range(0, ++asked).Select(Row)], [asked], withCount: false)[0].With("_metadata", """{"count":2}""")
        );

        Assert.Equal((2, false), (walk.Value!.Rows.Count, walk.Value.CountMismatch));
    }

    [Fact]
    public void A_list_of_ten_thousand_pages_is_walked_and_one_of_more_is_refused()
    {
        var asked = 0;
        JsonObject Page(Uri uri, int pages) =>
            asked++ < pages - 1
                ? new JsonObject
                {
                    ["results"] = new JsonArray(),
                    ["_metadata"] = new JsonObject { ["next"] = $"?page_token={asked}" },
                }
                : new JsonObject { ["results"] = new JsonArray(Row(1)) };

        Assert.Single(Walk(uri => Page(uri, pages: 10_000)).Value!.Rows);

        asked = 0;
        Assert.Equal(FailureReason.InvalidResponse, Walk(uri => Page(uri, pages: 10_001)).Error?.Reason);
        Assert.Equal(10_000, asked);
    }

    [Theory]
    [InlineData("""{"_metadata":{"count":0}}""", true)]
    [InlineData("""{"result":[],"_metadata":{"count":"0"}}""", true)]
    [InlineData("""{"result":[],"_metadata":{"count":1}}""", false)]
    [InlineData("""{"_metadata":{}}""", false)]
    [InlineData("""{"_metadata":null}""", false)]
    public void A_missing_list_is_empty_only_when_the_count_says_so(string page, bool complete) =>
        Assert.Equal(complete, Walk(_ => JsonNode.Parse(page)!.AsObject()).Value is not null);

    private static ApiResult<WalkResult<AutomationLinkRow>> Walk(Func<Uri, JsonObject> page)
    {
        using var attempt = Clients.Attempt();
        var walk = new PageWalk<StatisticsPage<AutomationLinkRow>, AutomationLinkRow>(
            uri => Task.FromResult(new ApiResponse(Encoding.UTF8.GetBytes(page(uri).ToJsonString()), Error: null)),
            Base,
            attempt
        );
        var plan = new WalkRequest<StatisticsPage<AutomationLinkRow>>(
            ApiEndpoint.AutomationLinks,
            size => new Uri(Base, $"/links?group_by=step_id&page_size={size}"),
            WireJson.Default.AutomationLinks,
            IsGrouped: true
        );
        var running = walk.RunAsync(plan, new PageSize(50));
        Assert.True(running.IsCompletedSuccessfully);
        return running.GetAwaiter().GetResult();
    }

    private static JsonNode Row(int number) =>
        new JsonObject
        {
            ["url"] = $"https://shop.example/{number}",
            ["url_location"] = number,
            ["step_id"] = "s",
            ["clicks"] = (long)number,
        };

    private static List<JsonObject> Pages(List<JsonNode> rows, int[] split, bool withCount)
    {
        var pages = new List<JsonObject>();
        foreach (var size in split)
        {
            var first = split.Take(pages.Count).Sum();
            var metadata = new JsonObject();
            if (pages.Count < split.Length - 1)
            {
                metadata["next"] = $"https://api.sendgrid.com/links?page_token={pages.Count + 1}";
            }

            if (withCount)
            {
                metadata["count"] = rows.Count;
            }

            pages.Add(
                new JsonObject
                {
                    ["results"] = new JsonArray([.. rows.Skip(first).Take(size).Select(row => row.DeepClone())]),
                    ["_metadata"] = metadata,
                }
            );
        }

        return pages;
    }

    private static int PageOf(Uri uri) => uri.Query.Split("page_token=") is [_, var token] ? int.Parse(token) : 0;
}

internal static class JsonChanges
{
    public static JsonObject With(this JsonObject node, string key, string json)
    {
        node[key] = JsonNode.Parse(json);
        return node;
    }
}
