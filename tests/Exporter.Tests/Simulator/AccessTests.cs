using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Simulator;

namespace Exporter.Tests.Simulator;

/// <summary>Keys, scopes, subusers and rate limits.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task A_wrong_key_gets_the_recorded_401_without_rate_limit_headers()
    {
        await using var lab = await Lab.StartAsync();
        var answer = await lab.GetAsync(Lab.List, headers => headers.Authorization = new("Bearer", "SG.wrong"));
        Assert.Equal(401, answer.Status);
        Assert.Equal(
            """{"errors":[{"message":"The provided authorization grant is invalid, expired, or revoked","field":null,"help":null}]}""",
            answer.Text
        );
        Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("X-Rate", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task No_key_is_told_apart_from_a_wrong_one()
    {
        await using var lab = await Lab.StartAsync();
        lab.Http.DefaultRequestHeaders.Authorization = null;
        var answer = await lab.GetAsync(Lab.List);
        Assert.Equal((401, "authorization required"), (answer.Status, answer.Message));
    }

    [Fact]
    public async Task A_key_without_the_scopes_is_forbidden_and_may_still_read_its_scopes()
    {
        await using var lab = await Lab.StartAsync();
        var endpoint = Api.Endpoints.Single(e => e.Word == "automation_links");
        var poor = lab.Account with { Scopes = ["marketing.read"] };
        var refusal = new Caller("Bearer x", OnBehalfOf: null, KeyIsKnown: true, poor).Refusal(endpoint)!;
        Assert.Equal(403, refusal.Status);
        Assert.Equal("""{"errors":[{"message":"access forbidden","field":null}]}""", System.Text.Encoding.UTF8.GetString(refusal.Body));
        var scopes = await lab.GetAsync("v3/scopes");
        Assert.Equal(lab.Account.Scopes, scopes.Json["scopes"]!.AsArray().Select(scope => (string)scope!));
    }

    [Fact]
    public async Task A_parents_key_acts_for_its_subuser_and_for_no_one_elses()
    {
        await using var lab = await Lab.StartAsync(WorldOptions.Several());
        var accounts = lab.SendGrid.World.Accounts.ToDictionary(account => account.Name);
        var outlet = await lab.GetAsync(Lab.List, headers => headers.Add("on-behalf-of", "outlet-store"));
        Assert.Equal(accounts["outlet"].Automations.Select(a => a.Id), outlet.Rows.Select(row => (string)row["id"]!));
        Assert.Equal(403, (await lab.GetAsync(Lab.List, headers => headers.Add("on-behalf-of", "nobody"))).Status);
        lab.Http.DefaultRequestHeaders.Authorization = new("Bearer", accounts["school"].ApiKey);
        Assert.Equal(403, (await lab.GetAsync(Lab.List, headers => headers.Add("on-behalf-of", "outlet-store"))).Status);
        Assert.Equal(["outlet", null, null], lab.SendGrid.Requests.Snapshot().Select(request => request.Account));
    }

    [Fact]
    public async Task An_accounts_automations_are_not_another_accounts()
    {
        await using var lab = await Lab.StartAsync(WorldOptions.Several());
        lab.Http.DefaultRequestHeaders.Authorization = new("Bearer", lab.SendGrid.World.Accounts[1].ApiKey);
        Assert.Equal(404, (await lab.GetAsync(lab.Links)).Status);
    }

    [Fact]
    public void Keys_have_the_documented_form() =>
        Assert.All(
            Lab.SmallWorld.Plan(Dice.Of(3), default, DateTimeOffset.UnixEpoch),
            account => Assert.Matches("^SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}$", account.ApiKey)
        );

    [Fact]
    public async Task The_budget_is_told_and_beyond_it_every_request_is_429_until_reset()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_800_000_010));
        await using var lab = await Lab.StartAsync(time: time, with: options => options with { RateLimit = 3 });
        var answers = new[]
        {
            await lab.GetAsync(Lab.List),
            await lab.GetAsync(Lab.List),
            await lab.GetAsync(Lab.List),
            await lab.GetAsync(Lab.List),
        };
        Assert.Equal([200, 200, 200, 429], answers.Select(answer => answer.Status));
        Assert.Equal(["2", "1", "0", "0"], answers.Select(answer => answer.Headers["X-RateLimit-Remaining"]));
        Assert.All(answers, answer => Assert.Equal("3", answer.Headers["X-RateLimit-Limit"]));
        var reset = long.Parse(answers[3].Headers["X-RateLimit-Reset"], CultureInfo.InvariantCulture);
        Assert.Equal(1_800_000_060, reset);
        Assert.Equal("""{"errors":[{"message":"too many requests","field":null}]}""", answers[3].Text);
        Assert.Equal(200, (await lab.GetAsync("v3/scopes")).Status);
        time.SetUtcNow(DateTimeOffset.FromUnixTimeSeconds(reset));
        Assert.Equal(200, (await lab.GetAsync(Lab.List)).Status);
    }
}
