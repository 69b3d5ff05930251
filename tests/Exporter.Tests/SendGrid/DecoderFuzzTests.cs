using System.Text;
using System.Text.Json.Serialization.Metadata;
using CsCheck;
using Exporter.SendGrid;
using Exporter.SendGrid.RateLimits;
using Exporter.SendGrid.Wire;

namespace Exporter.Tests.SendGrid;

/// <summary>Any bytes give rows or an error kind: never an exception out of the room, never a hang.</summary>
public sealed class DecoderFuzzTests
{
    private static readonly byte[] Links = Encoding.UTF8.GetBytes(
        """
        {"results":[{"url":"https://shop.example/größe/{{name}}?a=\"b\"\u00e9","url_location":0,"step_id":"7b1e0000-0000-4000-8000-00000000000a","clicks":41},
                    {"url":null,"url_location":"3","step_id":"all","clicks":"12","other":[1,{"a":null}]},{"clicks":3.0}],
         "total_clicks":56,"_metadata":{"self":"https://api.sendgrid.com/v3/x","next":"https://api.sendgrid.com/v3/x?page_token=2","count":3.0}}
        """
    );

    private static readonly Gen<byte> Telling = Gen.OneOf([
        .. "{}[]\":,-+.eE0123456789\\u/n \0\x7f\xff\xc3\xa9\xd8\xef\xbb\xbf".Select(c => (byte)c),
    ]);

    /// <summary>A byte changed, taken out or put in, a piece repeated, the rest cut off.</summary>
    private static readonly Gen<Func<byte[], byte[]>> Mutation = Gen.OneOf(
        Gen.Select(
            Gen.Int[0, 999],
            Telling,
            (at, value) => (Func<byte[], byte[]>)(bytes => With(bytes, at, bytes.Length == 0 ? [] : [value], 1))
        ),
        Gen.Select(Gen.Int[0, 999], Telling, (at, value) => (Func<byte[], byte[]>)(bytes => With(bytes, at, [value], 0))),
        Gen.Select(Gen.Int[0, 999], Gen.Int[1, 40], (at, length) => (Func<byte[], byte[]>)(bytes => With(bytes, at, [], length))),
        Gen.Select(
            Gen.Int[0, 999],
            Gen.Int[1, 80],
            (at, length) => (Func<byte[], byte[]>)(bytes => With(bytes, at, [.. bytes.Take(length), .. bytes.Take(length)], length))
        ),
        Gen.Int[0, 999].Select(at => (Func<byte[], byte[]>)(bytes => bytes[..Math.Min(at, bytes.Length)]))
    );

    [Fact]
    public void Mutated_pages_give_rows_or_an_error_kind() =>
        Mutation.Array[1, 6].Sample(mutations => Walk(mutations.Aggregate(Links, (bytes, mutate) => mutate(bytes))), iter: 20_000);

    [Fact]
    public void Arbitrary_bytes_give_rows_or_an_error_kind() => Gen.OneOf(Gen.Byte.Array, Telling.Array[0, 60]).Sample(Walk, iter: 10_000);

    [Fact]
    public void A_page_cut_at_any_byte_is_an_error() =>
        Assert.All(
            Enumerable.Range(0, Links.Length),
            length => Assert.Equal(JsonBody.Shape.CutOff, JsonBody.Classify(Links.AsSpan(0, length)))
        );

    [Fact]
    public async Task Mutated_answers_on_the_wire_give_rows_or_an_error_kind()
    {
        var whole = WireServer.Ok(Links, "Content-Type: application/json", "X-RateLimit-Reset: 1", "Retry-After: 1");
        var answer = whole;
        await using var server = new WireServer(_ => answer);
        var account = Clients.Account(server.BaseUrl);
        using var attempt = Clients.Attempt();
        await Mutation
            .Array[1, 4]
            .SampleAsync(
                async mutations =>
                {
                    // Of its own, so that a wait which one answer names does not hold up the next request.
                    var gate = new RateGate(account.Rate, new SteadyTime(TimeProvider.System));
                    answer = mutations.Aggregate(whole, (bytes, mutate) => mutate(bytes));
                    var transport = Clients.TransportTo(account, gate);
                    var response = await transport.SendAsync(ApiEndpoint.AutomationStats, server.BaseUrl, attempt);
                    Assert.True(response.Error is not null || response.Body.Length > 0);
                },
                iter: 300,
                threads: 1
            );
    }

    private static void Walk(byte[] body)
    {
        var json = JsonBody.WithoutBom(body);
        if (JsonBody.Classify(json.Span) == JsonBody.Shape.Whole)
        {
            Walk<StatisticsPage<AutomationLinkRow>, AutomationLinkRow>(json, WireJson.Default.AutomationLinks);
            Walk<StatisticsPage<StatsRow>, StatsRow>(json, WireJson.Default.AutomationStatistics);
            Walk<StatisticsPage<CampaignListRow>, CampaignListRow>(json, WireJson.Default.AutomationList);
            Walk<SingleSendListPage<CampaignListRow>, CampaignListRow>(json, WireJson.Default.SingleSendList);
            UndocumentedNames.Read(json);
        }
    }

    private static void Walk<TPage, TRow>(ReadOnlyMemory<byte> json, JsonTypeInfo<TPage> type)
        where TPage : class, IPage<TRow>
        where TRow : class, IRow
    {
        using var attempt = Clients.Attempt();
        var asked = 0;
        var origin = new Uri("https://api.sendgrid.com");
        var walk = new PageWalk<TPage, TRow>(
            _ => Task.FromResult(new ApiResponse(asked++ % 2 == 0 ? json : """{"results":[],"result":[]}"""u8.ToArray(), Error: null)),
            origin,
            attempt
        ).RunAsync(
            new(ApiEndpoint.AutomationLinks, size => new Uri(origin, $"/v3/x?page_size={size}&group_by=step_id"), type, IsGrouped: true),
            new PageSize(50)
        );

        Assert.True(walk.IsCompletedSuccessfully, $"{walk.Exception}");
        Assert.InRange(asked, 1, 8);
    }

    private static byte[] With(byte[] bytes, int at, byte[] instead, int length)
    {
        var start = bytes.Length == 0 ? 0 : at % bytes.Length;
        return [.. bytes[..start], .. instead, .. bytes[Math.Min(start + length, bytes.Length)..]];
    }
}
