using System.Text.Json.Serialization.Metadata;
using CsCheck;
using Exporter.SendGrid;
using Exporter.SendGrid.Wire;

namespace Exporter.Tests.SendGrid;

/// <summary>Any bytes give rows or an error kind: never an exception out of the room, never a hang.</summary>
public sealed class DecoderFuzzTests
{
    [Fact]
    public void Mutated_pages_give_rows_or_an_error_kind() =>
        MutatedBytes
            .Mutation.Array[1, 6]
            .Sample(mutations => Walk(mutations.Aggregate(MutatedBytes.Links, (bytes, mutate) => mutate(bytes))), iter: 20_000);

    [Fact]
    public void Arbitrary_bytes_give_rows_or_an_error_kind() =>
        Gen.OneOf(Gen.Byte.Array, MutatedBytes.Telling.Array[0, 60]).Sample(Walk, iter: 10_000);

    [Fact]
    public void A_page_cut_at_any_byte_is_an_error() =>
        Assert.All(
            Enumerable.Range(0, MutatedBytes.Links.Length),
            length => Assert.Equal(JsonBody.Shape.CutOff, JsonBody.Classify(MutatedBytes.Links.AsSpan(0, length)))
        );

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
}
