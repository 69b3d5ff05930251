using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;

namespace Simulator;

/// <summary>Answers a list page by page.</summary>
/// <param name="Key">The array's name in the answer.</param>
/// <param name="Sums">Whether the answer has <c>total_clicks</c>.</param>
/// <param name="Rows">All rows, or <see langword="null"/> when there is no such list.</param>
/// <param name="DefaultSize">The page size when the request names none.</param>
/// <param name="LargestSize">The largest page size.</param>
internal sealed record Listing(
    string Key,
    bool Sums,
    Func<Exchange, Parameters, DateTimeOffset, IEnumerable<JsonObject>?> Rows,
    int DefaultSize = 25,
    int LargestSize = 50
)
{
    /// <summary>The answer for a missing list; the documented 404 differs by endpoint.</summary>
    public Func<Reply> Missing { get; init; } = Replies.NotFound;

    public Reply Answer(Exchange exchange)
    {
        var asked = new Parameters(exchange.Query);
        if (asked.Text("page_token") is not null && !string.Equals(exchange.Token?.Path, exchange.Path, StringComparison.Ordinal))
        {
            return Reply.Error(400, "invalid page_token", "page_token");
        }

        var page = exchange.Page = Position(exchange);
        exchange.Act(Stage.Paging);
        if (exchange.Reply is { } refusal)
        {
            return refusal;
        }

        var parameters = new Parameters(page.Position.Query);
        if (page.Position.Size == 0)
        {
            page.Position = page.Position with { Size = parameters.Number("page_size", DefaultSize, 1, LargestSize) };
        }

        var rows = Rows(exchange, parameters, page.Position.At);
        if (parameters.Problem is { } problem)
        {
            return Reply.Error(400, problem.Message, problem.Field);
        }

        if (rows is null)
        {
            return Missing();
        }

        exchange.Rows = [.. rows];
        exchange.Act(Stage.Rows);
        exchange.Document = Cut(exchange, page);
        exchange.Act(Stage.Document);
        return Reply.Json(200, exchange.Document);
    }

    /// <summary>Returns a page URL with these parameters before the token.</summary>
    public static string Url(Exchange exchange, string query, PageToken? token) =>
        exchange.Origin + exchange.Path + (token is null ? query : QueryHelpers.AddQueryString(query, "page_token", token.Encode()));

    private static Page Position(Exchange exchange) =>
        exchange.Token is { } token
            ? new(token, isFirst: false)
            : new(
                new(0, 0, Size: 0, exchange.NextWalk(exchange.Path), exchange.Now, exchange.Path, WithoutToken(exchange.Query)),
                isFirst: true
            );

    private static string WithoutToken(string query)
    {
        var kept = QueryHelpers.ParseQuery(query).Where(p => !string.Equals(p.Key, "page_token", StringComparison.Ordinal));
        return new QueryBuilder(kept.Select(p => KeyValuePair.Create(p.Key, p.Value.ToString()))).ToString();
    }

    private JsonObject Cut(Exchange exchange, Page page)
    {
        var (rows, position) = (exchange.Rows, page.Position);
        if (page.Pages is { } pages)
        {
            position = position with { Size = Math.Max(1, (rows.Count + pages - 1) / pages) };
        }

        var total = rows.Sum(row => row["clicks"]?.GetValue<long>() ?? 0);
        var take = Math.Min(page.Take ?? position.Size, Math.Max(0, rows.Count - position.Offset));
        var shown = Enumerable.Range(position.Offset, take).Select(i => rows[(i - page.Shift + rows.Count) % rows.Count]);
        var next = position with { Offset = position.Offset + take, Index = position.Index + 1 };
        var document = new JsonObject { [Key] = new JsonArray([.. shown]) };
        if (Sums)
        {
            document["total_clicks"] = total;
        }

        document["_metadata"] = Metadata(exchange, page, position, next.Offset < rows.Count ? next : null);
        return document;
    }

    private static JsonObject Metadata(Exchange exchange, Page page, PageToken position, PageToken? next)
    {
        var metadata = new JsonObject();
        if (!page.IsFirst)
        {
            var previous = position with { Offset = Math.Max(0, position.Offset - position.Size), Index = position.Index - 1 };
            metadata["prev"] = Url(exchange, position.Query, previous.Offset == 0 ? previous with { Index = 0 } : previous);
        }

        metadata["self"] = Url(exchange, position.Query, page.IsFirst ? null : position);
        if (next is not null)
        {
            metadata["next"] = Url(exchange, position.Query, next);
        }

        metadata["count"] = exchange.Rows.Count;
        return metadata;
    }
}
