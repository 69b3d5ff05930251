using Exporter.Network;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.SendGrid.RateLimits;
using Exporter.SendGrid.Wire;
using Exporter.Telemetry;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.SendGrid;

/// <summary>Clients as the program makes them, and the parts of them.</summary>
internal static class Clients
{
    public const string Key = "SG.test-key-that-must-never-be-seen";

    public const string Automation = "5f0c1a3e-0000-4000-8000-000000000001";

    /// <summary>Where the servers of these tests listen.</summary>
    public static VirtualNetwork Network { get; } = new();

    public static HttpClient Http { get; } = ApiHttp.Create("exporter-tests/1.0", new Outgoing { Connect = Network.ConnectAsync });

    public static ApiOptions Account(Uri baseUrl, string key = Key, int pageSize = 50) =>
        new()
        {
            ApiKey = ApiKey.FromValue(key),
            BaseUrl = baseUrl,
            PageSize = pageSize,
            Rate = new RateOptions { RequestsPerSecond = 1000, Concurrency = 8 },
        };

    public static SendGridClient To(Uri baseUrl, TimeProvider? time = null) => To(Account(baseUrl), time);

    public static SendGridClient To(ApiOptions account, TimeProvider? time = null) =>
        new(Http, account, new Instruments().ForAccount(account: null), time ?? TimeProvider.System);

    /// <summary>Single requests, without the retries around them.</summary>
    public static Transport TransportTo(ApiOptions account, RateGate gate, TimeProvider? time = null) =>
        new(
            Http,
            account,
            gate,
            new KeyWatch(time ?? TimeProvider.System),
            new KeyRing(),
            new Instruments().ForAccount(account: null),
            new SteadyTime(time ?? TimeProvider.System)
        );

    public static PollContext Attempt(TimeProvider? time = null, TimeSpan? timeout = null, bool retryForbidden = true) =>
        new(time ?? TimeProvider.System, timeout ?? TimeSpan.FromMinutes(2), retryForbidden, TestContext.Current.CancellationToken);

    /// <summary>One walk over the links, in an attempt of its own.</summary>
    public static async Task<ApiResult<WalkResult<AutomationLinkRow>>> LinksAsync(this SendGridClient client, TimeProvider? time = null)
    {
        using var attempt = Attempt(time);
        return await client.ListAutomationLinksAsync(Automation, attempt);
    }
}
