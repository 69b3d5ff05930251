using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;

namespace Exporter.SendGrid;

/// <summary>Follows <c>_metadata.next</c> from the first page to the last and returns all rows or an error, nothing in between.</summary>
/// <remarks>
/// A walk is one or more passes over the pages. When a pass ends with a problem that one kind of <see cref="Recovery"/> handles, another
/// pass starts at the first page. Each kind is used once in a walk, in any order, so there are at most five passes. A pass that looked
/// suspect is compared with the next pass that reaches the last page, even when other recoveries lie between. What both show is the true
/// list. The rules are those of promise 1.
/// </remarks>
/// <param name="ask">Requests one page, retries included.</param>
internal sealed class PageWalk<TPage, TRow>(Func<Uri, Task<ApiResponse>> ask, Uri baseUrl, PollContext attempt)
    where TPage : class, IPage<TRow>
    where TRow : class, IRow
{
    /// <summary>Walks the pages with the page size, or with 50 rows a page when the API refuses a larger one.</summary>
    /// <param name="pageSize">The rows requested per page; lowered when the API refuses the number.</param>
    public async Task<ApiResult<WalkResult<TRow>>> RunAsync(WalkRequest<TPage> plan, PageSize pageSize)
    {
        var used = new HashSet<Recovery>();
        var size = pageSize.Current;
        var pages = 0;
        Pass? doubted = null;
        while (true)
        {
            var pass = await PassAsync(plan, plan.First(size), keepParameters: used.Contains(Recovery.OwnParameters));
            pages += pass.Pages;
            if (used.Contains(Recovery.SmallerPages) && pass.Pages > 0)
            {
                pageSize.Current = size;
            }

            if (pass.Needs(size) is not { } recovery || !used.Add(recovery))
            {
                return pass.Result(doubted, hadPages: pages > 0);
            }

            size = recovery == Recovery.SmallerPages ? PageSize.Documented : size;
            doubted = recovery == Recovery.SecondLook ? pass : doubted;
        }
    }

    private async Task<Pass> PassAsync(WalkRequest<TPage> plan, Uri first, bool keepParameters)
    {
        var pass = new Pass([], []);
        var visited = new HashSet<string>(StringComparer.Ordinal);
        var identities = new HashSet<(string, string, string, string)?>();
        var bytes = 0L;
        for (var uri = (Uri?)first; uri is not null; )
        {
            if (pass.Pages == AnswerLimits.Pages)
            {
                return pass.Failed(FailureReason.InvalidResponse, $"more than {AnswerLimits.Pages} pages");
            }

            visited.Add(uri.AbsoluteUri);
            var response = await ask(uri);
            if (response.Error is { } error)
            {
                return pass.Failed(error);
            }

            if (Decode(plan.Page, response.Body, out var problem) is not { } page)
            {
                return pass.Failed(FailureReason.InvalidResponse, problem);
            }

            attempt.PageRead(plan.Endpoint);
            var rows = page.Rows ?? [];
            bytes += response.Body.Length;
            if (Excess(pass.Rows.Count + rows.Count, bytes) is { } excess)
            {
                return pass.Failed(FailureReason.InvalidResponse, excess);
            }

            if (plan.IsGrouped && (keepParameters || !NextLink.KeepsGrouping(first, uri)) && pass.LosesGroupingWith(rows))
            {
                return pass with
                {
                    LostGrouping = true,
                    Error = new ApiError(FailureReason.InvalidResponse, "later pages have lost the grouping although it was requested"),
                };
            }

            pass = pass.With(page, rows, identities);
            var next = NextLink.Resolve(baseUrl, uri, page.Metadata?.Next);
            if (next.Problem is { } bad)
            {
                return pass.Failed(FailureReason.InvalidResponse, bad);
            }

            uri = next.Uri is { } follow && keepParameters ? NextLink.WithParametersOf(first, follow) : next.Uri;
            if (uri is not null && visited.Contains(uri.AbsoluteUri))
            {
                return pass.Failed(FailureReason.InvalidResponse, "the links between the pages form a circle");
            }
        }

        return pass;
    }

    /// <summary>
    /// Returns which of the <see cref="AnswerLimits"/> a pass exceeds; <see langword="null"/> for a pass within all of them.
    /// </summary>
    private static string? Excess(int rows, long bytes) =>
        (rows, bytes) switch
        {
            (> AnswerLimits.Rows, _) => $"more than {AnswerLimits.Rows} rows",
            (_, > AnswerLimits.Bytes) => $"pages of more than {AnswerLimits.Bytes >> 20} MiB together",
            _ => null,
        };

    /// <returns><see langword="null"/> when the page is not what the API documents.</returns>
    private static TPage? Decode(JsonTypeInfo<TPage> type, ReadOnlyMemory<byte> body, out string problem)
    {
        problem = "";
        try
        {
            var page = JsonSerializer.Deserialize(body.Span, type);
            if (page is { Rows: not null } or { Metadata.Count: 0 })
            {
                return page;
            }

            problem = "the answer has no list of rows";
        }
        catch (JsonException e)
        {
            problem = $"undecodable at {e.Path ?? "an unknown place"}";
        }

        return null;
    }

    /// <summary>One pass over the pages.</summary>
    /// <param name="Rows">The rows so far.</param>
    /// <param name="Repeated">Rows that an earlier page also contained.</param>
    private sealed record Pass(List<TRow> Rows, HashSet<(string, string, string, string)?> Repeated)
    {
        public int Pages { get; private init; }

        public long? Count { get; private init; }

        public long? TotalClicks { get; private init; }

        public bool LostGrouping { get; init; }

        public ApiError? Error { get; init; }

        public bool CountDisagrees => Count is { } count && count != Rows.Count;

        /// <summary>Whether a row may have been missed.</summary>
        public bool IsSuspect => CountDisagrees || Repeated.Count > 0;

        /// <summary>Returns the recovery that could solve the pass's problem, if any.</summary>
        /// <param name="size">The rows requested per page.</param>
        public Recovery? Needs(int size) =>
            this switch
            {
                { LostGrouping: true } => Recovery.OwnParameters,
                // A 400 to the first request concerns its size; a 400 after a good page concerns the token in the link.
                { Error.IsBadRequest: true, Pages: > 0 } => Recovery.FreshToken,
                { Error.IsBadRequest: true } when size > PageSize.Documented => Recovery.SmallerPages,
                { Error: null, IsSuspect: true } => Recovery.SecondLook,
                _ => null,
            };

        /// <summary>Returns the result of a walk that ends with this pass.</summary>
        /// <param name="doubted">The earlier, suspect pass that this one is compared with.</param>
        /// <param name="hadPages">
        /// Whether this pass or an earlier one has read a page. A 404 then means that a page is gone, not that the campaign does not exist.
        /// </param>
        public ApiResult<WalkResult<TRow>> Result(Pass? doubted, bool hadPages) =>
            this switch
            {
                { Error.IsBadRequest: true, Pages: > 0 } => new ApiError(
                    FailureReason.Incomplete,
                    "400 in the middle of the walk, twice: the page token expired"
                ),
                { Error.Reason: FailureReason.NotFound } when hadPages => new ApiError(
                    FailureReason.Incomplete,
                    "404 in the middle of the walk: a page is gone"
                ),
                { Error: { } error } => error,
                { IsSuspect: true } when doubted is null || !ShowsTheSameAs(doubted) => new ApiError(
                    FailureReason.Incomplete,
                    "the rows shift between pages: two walks disagree"
                ),
                _ => new WalkResult<TRow>(Rows, CountDisagrees, TotalClicks),
            };

        private bool ShowsTheSameAs(Pass other) => Rows.Count == other.Rows.Count && Repeated.SetEquals(other.Repeated);

        /// <summary>
        /// Whether these rows have lost the grouping: they have no groups, while earlier pages had some and the link dropped the parameter.
        /// </summary>
        public bool LosesGroupingWith(IReadOnlyList<TRow> rows) =>
            Pages > 0 && rows.Count > 0 && !rows.Any(row => row.IsGrouped) && Rows.Exists(row => row.IsGrouped);

        public Pass With(TPage page, IReadOnlyList<TRow> rows, HashSet<(string, string, string, string)?> seenOnEarlierPages)
        {
            // Rows without an identity cannot be distinguished, so none counts as a repeated one.
            var named = rows.Select(row => row.Identity).Where(static identity => identity is not null).ToList();
            Repeated.UnionWith(named.Where(seenOnEarlierPages.Contains));
            seenOnEarlierPages.UnionWith(named);
            Rows.AddRange(rows);
            return this with { Pages = Pages + 1, Count = page.Metadata?.Count ?? Count, TotalClicks = page.TotalClicks ?? TotalClicks };
        }

        public Pass Failed(FailureReason kind, string message) => Failed(new ApiError(kind, message));

        public Pass Failed(ApiError error) => this with { Error = error };
    }
}
