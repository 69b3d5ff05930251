using System.Text;
using System.Text.Json.Nodes;
using Exporter.SendGrid;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;

namespace Exporter.Tests.SendGrid;

/// <summary>Every order of troubles that a walk may meet, each ending one pass over the pages, against what promise 1 grants.</summary>
public sealed class PageWalkRecoveryTests
{
    private static readonly Uri Base = new("https://api.sendgrid.com");

    /// <summary>How one pass ends.</summary>
    public enum Trouble
    {
        None,
        SizeRefused,
        GroupingLost,
        TokenExpired,
        CountDisagrees,
        CountDisagreesOverMoreRows,
        RowTwice,
        FirstPageGone,
        LaterPageGone,
        FirstPageUndecodable,
        LaterPageUndecodable,
    }

    [Theory]
    [InlineData(50)]
    [InlineData(100)]
    public void Whatever_troubles_come_in_whatever_order_each_recovery_is_granted_once(int size)
    {
        var ends = new HashSet<string>(StringComparer.Ordinal);
        foreach (var troubles in Orders(most: 4))
        {
            var expected = Model(troubles, size);
            var actual = Play(troubles, size);
            Assert.True(expected == actual, $"{size}, {string.Join(", ", troubles)}: expected {expected}, found {actual}");
            ends.Add(expected.End);
        }

        Assert.Equal(["Incomplete", "InvalidResponse", "NotFound", "complete", "complete, mismatch"], ends.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void All_four_recoveries_in_one_walk_make_five_passes_and_never_more()
    {
        Trouble[] four = [Trouble.SizeRefused, Trouble.GroupingLost, Trouble.TokenExpired, Trouble.CountDisagrees];
        foreach (var order in Permutations(four))
        {
            Assert.Equal(("complete", 5, 50), Play(order, size: 100));
            foreach (var last in four)
            {
                Assert.Equal(5, Play([.. order, last], size: 100).Passes);
            }
        }
    }

    [Fact]
    public void A_walk_that_has_read_a_page_is_not_told_that_there_is_nothing() =>
        Assert.Equal(("Incomplete", 2, 50), Play([Trouble.CountDisagrees, Trouble.FirstPageGone], size: 50));

    [Fact]
    public void List_rows_without_a_usable_id_are_not_one_row_on_two_pages()
    {
        string[] pages =
        [
            """{"results":[{"id":null},{"id":"a/b"},{"id":"a"}],"_metadata":{"next":"?page_token=1"}}""",
            """{"results":[{"id":""},{"id":"a/b"},null,7,{"id":"b"}]}""",
        ];
        var asked = 0;
        var walk = Run(
            WireJson.Default.AutomationList,
            isGrouped: false,
            uri => Body(pages[asked++ == 0 || !uri.Query.Contains("page_token", StringComparison.Ordinal) ? 0 : 1]),
            new PageSize(50)
        );

        Assert.Equal(["a", "b"], walk.Value!.Rows.Select(row => row.Id).OfType<string>());
        Assert.Equal(2, asked);
    }

    [Fact]
    public void Links_that_nothing_names_are_not_one_link_on_two_pages()
    {
        var asked = 0;
        var walk = Run(
            WireJson.Default.AutomationLinks,
            isGrouped: true,
            _ =>
                Body(
                    asked++ == 0
                        ? """{"results":[{"step_id":"s","clicks":1}],"_metadata":{"next":"?page_token=1"}}"""
                        : """{"results":[{"step_id":"s","url":"","clicks":2}]}"""
                ),
            new PageSize(50)
        );

        Assert.Equal([1L, 2L], walk.Value!.Rows.Select(row => row.Clicks));
        Assert.Equal(2, asked);
    }

    /// <summary>What becomes of passes that end so; after the last of them all is well.</summary>
    private static (string End, int Passes, int Size) Model(IReadOnlyList<Trouble> troubles, int size)
    {
        var granted = new HashSet<string>(["size", "grouping", "token", "look"], StringComparer.Ordinal);
        var (asked, kept, hasReadPages) = (size, size, false);
        var first = Trouble.None;
        for (var pass = 1; ; pass++)
        {
            var trouble = pass <= troubles.Count ? troubles[pass - 1] : Trouble.None;
            var readsPages = trouble is not (Trouble.SizeRefused or Trouble.FirstPageGone or Trouble.FirstPageUndecodable);
            hasReadPages |= readsPages;
            kept = readsPages ? asked : kept;
            if (trouble == Trouble.SizeRefused && asked > 50 && granted.Remove("size"))
            {
                asked = 50;
            }
            else if (trouble is Trouble.CountDisagrees or Trouble.CountDisagreesOverMoreRows or Trouble.RowTwice && granted.Remove("look"))
            {
                first = trouble;
            }
            else if (
                !(trouble == Trouble.GroupingLost && granted.Remove("grouping"))
                && !(trouble == Trouble.TokenExpired && granted.Remove("token"))
            )
            {
                return (End(trouble, trouble == first, hasReadPages), pass, kept);
            }
        }

        static string End(Trouble trouble, bool isTheSame, bool hasReadPages) =>
            trouble switch
            {
                Trouble.None => "complete",
                Trouble.RowTwice when isTheSame => "complete",
                Trouble.CountDisagrees or Trouble.CountDisagreesOverMoreRows when isTheSame => "complete, mismatch",
                Trouble.FirstPageGone when !hasReadPages => nameof(FailureReason.NotFound),
                Trouble.SizeRefused or Trouble.GroupingLost or Trouble.FirstPageUndecodable or Trouble.LaterPageUndecodable => nameof(
                    FailureReason.InvalidResponse
                ),
                _ => nameof(FailureReason.Incomplete),
            };
    }

    private static (string End, int Passes, int Size) Play(IReadOnlyList<Trouble> troubles, int size)
    {
        var pageSize = new PageSize(size);
        var passes = 0;
        var regrouped = false;
        var walk = Run(WireJson.Default.AutomationLinks, isGrouped: true, Answer, pageSize);
        var end =
            walk.Error is { } error ? error.Reason.ToString()
            : walk.Value!.CountMismatch ? "complete, mismatch"
            : "complete";
        return (end, passes, pageSize.Current);

        ApiResponse Answer(Uri uri)
        {
            var isFirst = !uri.Query.Contains("page_token", StringComparison.Ordinal);
            passes += isFirst ? 1 : 0;
            var trouble = passes <= troubles.Count ? troubles[passes - 1] : Trouble.None;
            if (isFirst)
            {
                Assert.Contains("group_by=step_id", uri.Query, StringComparison.Ordinal);
                return trouble switch
                {
                    Trouble.SizeRefused => StatusErrors.ToApiError(400, ErrorBody.None, named: null),
                    Trouble.FirstPageGone => new ApiError(FailureReason.NotFound, "404"),
                    Trouble.FirstPageUndecodable => Body("""{"results":7}"""),
                    _ => Page([1, 2], isGrouped: true, next: "?page_token=1", count: null),
                };
            }

            // Once the own parameters are put back they stay.
            Assert.Equal(regrouped, uri.Query.Contains("group_by=step_id", StringComparison.Ordinal));
            regrouped |= trouble == Trouble.GroupingLost;
            return trouble switch
            {
                Trouble.GroupingLost => Page([3], isGrouped: false, next: null, count: 3),
                Trouble.TokenExpired => StatusErrors.ToApiError(400, ErrorBody.None, named: null),
                Trouble.LaterPageGone => new ApiError(FailureReason.NotFound, "404"),
                Trouble.LaterPageUndecodable => Body("""{"results":[{"clicks":-1}]}"""),
                Trouble.CountDisagrees => Page([3], isGrouped: true, next: null, count: 9),
                Trouble.CountDisagreesOverMoreRows => Page([3, 4], isGrouped: true, next: null, count: 9),
                Trouble.RowTwice => Page([1], isGrouped: true, next: null, count: 3),
                _ => Page([3], isGrouped: true, next: null, count: 3),
            };
        }
    }

    private static ApiResponse Page(IEnumerable<int> rows, bool isGrouped, string? next, int? count) =>
        Body(
            new JsonObject
            {
                ["results"] = new JsonArray([
                    .. rows.Select(row => new JsonObject
                    {
                        ["url_location"] = row,
                        ["step_id"] = isGrouped ? "s" : "all",
                        ["clicks"] = row,
                    }),
                ]),
                ["_metadata"] = new JsonObject { ["next"] = next, ["count"] = count },
            }.ToJsonString()
        );

    private static ApiResponse Body(string json) => new(Encoding.UTF8.GetBytes(json), Error: null);

    private static ApiResult<WalkResult<TRow>> Run<TRow>(
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<StatisticsPage<TRow>> type,
        bool isGrouped,
        Func<Uri, ApiResponse> answer,
        PageSize size
    )
        where TRow : class, IRow
    {
        using var attempt = Clients.Attempt();
        var plan = new WalkRequest<StatisticsPage<TRow>>(
            ApiEndpoint.AutomationLinks,
            rows => new Uri(Base, $"/links?group_by=step_id&page_size={rows}"),
            type,
            isGrouped
        );
        var running = new PageWalk<StatisticsPage<TRow>, TRow>(uri => Task.FromResult(answer(uri)), Base, attempt).RunAsync(plan, size);
        Assert.True(running.IsCompletedSuccessfully);
        return running.GetAwaiter().GetResult();
    }

    private static IEnumerable<IReadOnlyList<Trouble>> Orders(int most) =>
        most == 0
            ?
            [
                [],
            ]
            :
            [
                [],
                .. Enum.GetValues<Trouble>()
                    .SelectMany(_ => Orders(most - 1), static (first, rest) => (IReadOnlyList<Trouble>)[first, .. rest]),
            ];

    private static IEnumerable<IReadOnlyList<Trouble>> Permutations(Trouble[] troubles) =>
        troubles.Length == 0
            ?
            [
                [],
            ]
            : troubles.SelectMany(first =>
                Permutations([.. troubles.Where(other => other != first)]).Select(rest => (IReadOnlyList<Trouble>)[first, .. rest])
            );
}
