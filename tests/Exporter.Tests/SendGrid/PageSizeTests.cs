using Exporter.SendGrid;
using Exporter.Snapshots;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.SendGrid;

[Collection(nameof(OnVirtualTime))]
public sealed class PageSizeTests
{
    [Fact]
    public async Task A_size_that_is_refused_falls_back_to_fifty_for_good()
    {
        await using var api = await Api.StartAsync(pageSize: 100);

        Assert.Equal(api.Truth, Api.Rows((await api.LinksAsync()).Value!));
        Assert.Equal(api.Truth, Api.Rows((await api.LinksAsync()).Value!));

        Assert.Equal([100, 50, 50, 50, 50, 50, 50], SizesAsked(api));
    }

    [Theory]
    [InlineData(100, 50)]
    [InlineData(80, 50)]
    [InlineData(20, 20)]
    public void What_was_learned_of_the_size_outlives_a_reload(int next, int asked)
    {
        var learned = new PageSize(100) { Current = PageSize.Documented };

        Assert.Equal(asked, learned.Configured(next).Configured(next).Current);
        Assert.Equal(next, new PageSize(40).Configured(next).Current);
    }

    [Fact]
    public async Task Walks_that_are_refused_at_the_same_time_all_fall_back()
    {
        await using var api = await Api.StartAsync(pageSize: 100, "delay=0.2@times=4");

        var walks = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => api.LinksAsync()));

        Assert.All(walks, walk => Assert.Equal(120, walk.Value?.Rows.Count));
        Assert.Equal(4, SizesAsked(api).Count(size => size == 100));
    }

    [Fact]
    public async Task A_400_for_another_reason_does_not_lower_the_size()
    {
        await using var api = await Api.StartAsync(pageSize: 100, "page-clamped=50", "status=400@times=2");

        Assert.Equal(FailureReason.InvalidResponse, (await api.LinksAsync()).Error?.Reason);
        Assert.Equal(api.Truth, Api.Rows((await api.LinksAsync()).Value!));

        Assert.Equal([100, 50, 100, 100, 100], SizesAsked(api));
    }

    [Fact]
    public async Task A_larger_page_that_comes_clamped_is_walked_like_any_other()
    {
        await using var api = await Api.StartAsync(pageSize: 100, "page-clamped=50");

        Assert.Equal(api.Truth, Api.Rows((await api.LinksAsync()).Value!));
        Assert.Equal([100, 100, 100], SizesAsked(api));
    }

    [Fact]
    public async Task A_400_to_fifty_rows_is_not_asked_again()
    {
        await using var api = await Api.StartAsync(pageSize: 50, "status=400");

        Assert.Equal(FailureReason.InvalidResponse, (await api.LinksAsync()).Error?.Reason);
        Assert.Single(api.Requests);
    }

    private static IEnumerable<int> SizesAsked(Api api) =>
        api.Requests.Select(request => int.Parse(request.Query.Split("page_size=")[1].Split('&')[0]));
}
