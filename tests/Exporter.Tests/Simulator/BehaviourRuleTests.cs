using Microsoft.Extensions.Time.Testing;
using Simulator;

namespace Exporter.Tests.Simulator;

public sealed class BehaviourRuleTests
{
    [Fact]
    public void A_rule_is_read_with_argument_scope_and_limits()
    {
        var expected = new BehaviourRule("429-epoch")
        {
            Argument = "7",
            Account = "shop",
            Id = "some-id",
            Endpoint = "automation_links",
            For = TimeSpan.FromMinutes(2),
            Times = 3,
            Skip = 1,
        };
        Assert.Equal(
            expected,
            BehaviourRule.Parse("429-epoch=7@account=shop,automation=some-id,endpoint=automation_links,for=2m,times=3,skip=1")
        );
        Assert.Equal(new BehaviourRule("404-{}"), BehaviourRule.Parse(" 404-{} "));
    }

    [Theory]
    [InlineData("hang@for=ever", "\"ever\" is not a duration")]
    [InlineData("hang@times=-1", "\"-1\" is not a count")]
    [InlineData("hang@colour=red", "\"colour=red\"")]
    [InlineData("429", "\"429\" is not a behaviour")]
    [InlineData("hang@endpoint=links", "\"links\" is not an endpoint")]
    [InlineData("bom=1", "\"bom\" takes no argument")]
    [InlineData("status=high", "\"high\" is not an argument of \"status\"")]
    [InlineData("many=10", "\"10\" is not an argument of \"many\"")]
    [InlineData("429-clock-skew=1/x", "\"1/x\" is not an argument")]
    [InlineData("next-foreign-host=here", "\"here\" is not an argument")]
    [InlineData("count-odd=even", "one of float, missing, string, page")]
    public async Task A_bad_rule_is_refused_with_the_reason(string rule, string reason)
    {
        await using var lab = await Lab.StartAsync();
        var refused = Assert.Throws<FormatException>(() => lab.SendGrid.Behaviours.Add(rule));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Empty(lab.SendGrid.Behaviours.Active);
    }

    [Fact]
    public async Task A_rule_acts_after_what_it_skips_as_often_as_it_says()
    {
        await using var lab = await Lab.WithAsync("status@skip=1,times=2");
        Assert.Equal([200, 503, 503, 200, 200], await StatusesAsync(lab, Lab.List, 5));
        Assert.Equal((2, true), (lab.SendGrid.Behaviours.Active[0].Acted, lab.SendGrid.Behaviours.Active[0].IsOver));
    }

    [Fact]
    public async Task A_rule_acts_for_as_long_as_it_says_in_real_time()
    {
        var time = new FakeTimeProvider();
        await using var lab = await Lab.WithAsync("status@for=90s", time);
        time.Advance(TimeSpan.FromSeconds(89));
        Assert.Equal([503], await StatusesAsync(lab, Lab.List, 1));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([200], await StatusesAsync(lab, Lab.List, 1));
    }

    [Fact]
    public async Task A_rule_concerns_only_its_endpoint_campaign_and_account()
    {
        await using var lab = await Lab.StartAsync(WorldOptions.Several());
        var rules = lab.SendGrid.Behaviours;
        rules.Add("status=501@endpoint=automation_list,account=shop");
        rules.Add($"status=502@automation={lab.Automation.Id}");
        Assert.Equal([501], await StatusesAsync(lab, Lab.List, 1));
        Assert.Equal([502], await StatusesAsync(lab, lab.Links, 1));
        Assert.Equal(
            [200],
            await StatusesAsync(lab, lab.Links.Replace(lab.Automation.Id, lab.Account.Automations[1].Id, StringComparison.Ordinal), 1)
        );
        lab.Http.DefaultRequestHeaders.Authorization = new("Bearer", lab.SendGrid.World.Accounts[1].ApiKey);
        Assert.Equal([200], await StatusesAsync(lab, Lab.List, 1));
    }

    [Fact]
    public async Task A_behaviour_can_be_switched_off()
    {
        await using var lab = await Lab.StartAsync();
        var rules = lab.SendGrid.Behaviours;
        var (one, _) = (rules.Add("status=501"), rules.Add("status=502@endpoint=scopes"));
        rules.Remove(one);
        Assert.Equal([200], await StatusesAsync(lab, Lab.List, 1));
        rules.Clear();
        Assert.Equal([200], await StatusesAsync(lab, "v3/scopes", 1));
    }

    private static async Task<IEnumerable<int>> StatusesAsync(Lab lab, string url, int count)
    {
        var statuses = new int[count];
        for (var i = 0; i < count; i++)
        {
            statuses[i] = (await lab.GetAsync(url)).Status;
        }

        return statuses;
    }
}
