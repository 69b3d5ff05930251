using Simulator;

namespace Exporter.Tests.Simulator;

public sealed class SimulatorCommandTests
{
    [Fact]
    public async Task It_lists_the_behaviours()
    {
        var (code, output, _) = await RunAsync("--list-behaviours");
        Assert.Equal(0, code);
        Assert.Equal(BehaviourList.Text(), output);
    }

    [Theory]
    [InlineData("--behaviour", "429", "\"429\" is not a behaviour")]
    [InlineData("--world", "round", "\"round\" is not a world")]
    public async Task A_mistake_ends_it_with_the_reason(string flag, string value, string reason)
    {
        var (code, _, error) = await RunAsync("--port", "0", flag, value);
        Assert.Equal(2, code);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port=-1")]
    [InlineData("--port=99999")]
    [InlineData("--speed=NaN")]
    [InlineData("--speed=0")]
    [InlineData("--seed=1e3")]
    [InlineData("--seed=99999999999999999999")]
    [InlineData("--break-after=1e308")]
    [InlineData("--rate-limit=0")]
    [InlineData("--world=99999x99999x99999x99999")]
    [InlineData("--world=x")]
    [InlineData("--behaviour=")]
    [InlineData("@/etc/passwd")]
    public async Task Nothing_that_it_is_told_ends_it_in_an_abort(string argument) =>
        Assert.Equal(2, await SimulatorCommand.RunAsync([argument, "--quiet"]));

    [Fact]
    public async Task The_announcement_names_address_keys_behaviours_and_the_link_that_breaks()
    {
        await using var lab = await Lab.WithAsync("429-epoch");
        var text = Announcement.Text(lab.SendGrid);
        Assert.Contains(lab.SendGrid.BaseUrl.ToString(), text, StringComparison.Ordinal);
        Assert.Contains(lab.Account.ApiKey, text, StringComparison.Ordinal);
        Assert.Contains("behaviour 429-epoch", text, StringComparison.Ordinal);
        Assert.Contains(lab.SendGrid.World.BrokenLink!.Url, text, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await SimulatorCommand
            .Create()
            .Parse(args)
            .InvokeAsync(new() { Output = output, Error = error }, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
