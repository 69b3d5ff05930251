using System.Text;
using Exporter.SendGrid;
using Exporter.SendGrid.RateLimits;
using Exporter.Telemetry;
using Exporter.Tests.SendGrid;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.Telemetry;

[Collection(nameof(OnVirtualTime))]
public sealed class ApiInstrumentsTests
{
    private readonly Instruments _instruments = new();

    [Fact]
    public async Task Requests_retries_and_the_rate_limit_seen_are_counted()
    {
        await using var api = await Api.StartAsync("status=503@times=2");

        await WalkAsync(api, new RateOptions(), TimeSpan.FromMinutes(2));

        var metrics = await MetricsAsync();
        Assert.Contains("sendgrid_api_retries_total{reason=\"unavailable\"} 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("sendgrid_api_requests_total{endpoint=\"automation_list\",code=\"503\"} 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("sendgrid_api_requests_total{endpoint=\"automation_list\",code=\"200\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("sendgrid_api_request_duration_seconds_count{endpoint=\"automation_list\"} 3\n", metrics, StringComparison.Ordinal);
        Assert.Contains("sendgrid_api_rate_limit_limit{endpoint=\"automation_list\"} 1000000\n", metrics, StringComparison.Ordinal);
        Assert.Contains("sendgrid_api_rate_limit_remaining{endpoint=\"automation_list\"} 999999\n", metrics, StringComparison.Ordinal);
        Assert.Contains(
            "sendgrid_api_rate_limit_reset_timestamp_seconds{endpoint=\"automation_list\"} ",
            metrics,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_request_that_no_answer_came_to_has_the_code_none()
    {
        await using var api = await Api.StartAsync("hang");

        await WalkAsync(api, new RateOptions(), TimeSpan.FromSeconds(5));

        Assert.Contains(
            "sendgrid_api_requests_total{endpoint=\"automation_list\",code=\"none\"} 1\n",
            await MetricsAsync(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_429_that_is_not_waited_for_is_no_retry()
    {
        await using var api = await Api.StartAsync("429-epoch=37");

        await WalkAsync(api, new RateOptions(), TimeSpan.FromSeconds(30));

        Assert.DoesNotContain("sendgrid_api_retries_total{", await MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retry_that_the_gate_did_not_let_through_is_none()
    {
        // Refused without a time, the waits are 1, 2, 4 s …: the third would end behind the deadline.
        await using var api = await Api.StartAsync("429-no-headers");

        await WalkAsync(api, new RateOptions(), TimeSpan.FromSeconds(5));

        Assert.Contains(
            $"sendgrid_api_retries_total{{reason=\"rate_limited\"}} {api.Requests.Count - 1}\n",
            await MetricsAsync(),
            StringComparison.Ordinal
        );
        Assert.InRange(api.Requests.Count, 2, 3);
    }

    [Fact]
    public async Task A_wait_for_the_rate_that_was_in_vain_is_counted_too()
    {
        await using var api = await Api.StartAsync("status=503");

        await WalkAsync(api, new RateOptions { RequestsPerSecond = 0.1 }, TimeSpan.FromSeconds(9));

        var waited = (await MetricsAsync()).Split("\nsendgrid_api_throttle_wait_seconds_total ")[1].Split('\n')[0];
        Assert.InRange(double.Parse(waited), 1, 9.5);
        Assert.Single(api.Requests);
    }

    private async Task WalkAsync(Api api, RateOptions rate, TimeSpan timeout)
    {
        var account = Clients.Account(api.Server.BaseUrl, api.Server.World.Accounts[0].ApiKey) with { Rate = rate };
        var client = new SendGridClient(Clients.Http, account, _instruments.ForAccount(account: null), api.Clock);
        using var attempt = Clients.Attempt(api.Clock, timeout);
        await api.Clock.UntilAsync(client.ListAutomationsAsync(attempt));
    }

    private async Task<string> MetricsAsync()
    {
        await using var text = new MemoryStream();
        await _instruments.Registry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
