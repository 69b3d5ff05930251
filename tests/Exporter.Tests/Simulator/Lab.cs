using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Simulator;

namespace Exporter.Tests.Simulator;

/// <summary>A simulated SendGrid with a frozen clock, and a client that holds the first account's key.</summary>
internal sealed class Lab : IAsyncDisposable
{
    private Lab(SimulatedSendGrid sendGrid)
    {
        SendGrid = sendGrid;
        Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = sendGrid.BaseUrl };
        Http.DefaultRequestHeaders.Authorization = new("Bearer", Account.ApiKey);
    }

    public static WorldOptions SmallWorld => WorldOptions.Demo(7) with { History = TimeSpan.FromDays(3), CorrectionsPerLinkWeek = 0 };

    public SimulatedSendGrid SendGrid { get; }

    public HttpClient Http { get; }

    public SimulatedAccount Account => SendGrid.World.Accounts[0];

    /// <summary>welcome-series: 4 steps, 17 links.</summary>
    public SimulatedAutomation Automation => Account.Automations[0];

    /// <summary>The A/B test.</summary>
    public SimulatedSingleSend SingleSend => Account.SingleSends[1];

    public string Links => $"v3/marketing/stats/automations/{Automation.Id}/links?group_by=step_id";

    public string Stats => $"v3/marketing/stats/automations/{Automation.Id}?group_by=step_id";

    public static string List => "v3/marketing/stats/automations";

    public static async Task<Lab> StartAsync(
        WorldOptions? world = null,
        TimeProvider? time = null,
        Func<SimulatorOptions, SimulatorOptions>? with = null
    )
    {
        var options = new SimulatorOptions { World = world ?? SmallWorld, Time = time ?? TimeProvider.System };
        var sendGrid = await SimulatedSendGrid.StartAsync(with?.Invoke(options) ?? options);
        sendGrid.Clock.Freeze();
        return new(sendGrid);
    }

    public static async Task<Lab> WithAsync(string rule, TimeProvider? time = null)
    {
        var lab = await StartAsync(time: time);
        lab.SendGrid.Behaviours.Add(rule);
        return lab;
    }

    public async Task<Answer> GetAsync(string url, Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        headers?.Invoke(request.Headers);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return new(
            (int)response.StatusCode,
            body,
            response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value))
        );
    }

    /// <summary>All pages of a list, by following next.</summary>
    public async Task<IReadOnlyList<Answer>> WalkAsync(string url, int atMost = 200)
    {
        var pages = new List<Answer>();
        for (var next = url; next is { Length: > 0 } && pages.Count < atMost; next = pages[^1].Next)
        {
            pages.Add(await GetAsync(next));
            Assert.Equal(200, pages[^1].Status);
        }

        return pages;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await SendGrid.DisposeAsync();
    }
}

internal sealed record Answer(int Status, byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    public IReadOnlyList<JsonObject> Rows => [.. Json["results"]!.AsArray().Select(row => row!.AsObject())];

    public JsonObject? Metadata => Json["_metadata"] as JsonObject;

    public string? Next => Metadata?["next"]?.GetValue<string>();

    public string ContentType => Headers.GetValueOrDefault("Content-Type", "");

    public string? Message => Json["errors"]?[0]?["message"]?.GetValue<string>();

    public string? Field => Json["errors"]?[0]?["field"]?.GetValue<string>();
}
