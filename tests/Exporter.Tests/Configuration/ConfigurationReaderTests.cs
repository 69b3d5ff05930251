using Exporter.Configuration;
using Exporter.Configuration.Yaml;
using Exporter.Polling;
using Exporter.Snapshots;
using Microsoft.Extensions.Logging;

namespace Exporter.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    [Fact]
    public void One_account_with_a_key_is_enough_and_everything_else_is_the_default()
    {
        var options = Good("accounts: [{api_key: '${KEY}'}]");

        var account = Assert.Single(options.Accounts);
        Assert.Null(account.Api.Name);
        Assert.Equal(Files.Key, account.Api.ApiKey.Reveal());
        Assert.Equal(new PollOptions(), options.Poll);
        Assert.Equal(new LinksOptions(), options.Links);
        Assert.True(account.Automations.Discover);
    }

    [Fact]
    public void Every_key_reaches_its_option()
    {
        var options = Good(
            """
            poll:
              interval: 10s
              timeout: 20s
              max_age: 30m
              discovery_interval: 40s
              idle_interval: 50s
            accounts:
              - name: shop
                api_key: ${KEY}
                base_url: http://127.8.9.10:8080/
                on_behalf_of: sub
                page_size: 7
                rate:
                  requests_per_second: 0.1
                  concurrency: 64
                automations:
                  discover: false
                  names: undocumented-api
                  exclude: [5F0C1A3E-0000-4000-8000-00000000000E]
                  step_stats: false
                  list:
                    - id: 5F0C1A3E-0000-4000-8000-00000000000A
                      name: welcome
                      interval: 11s
                      steps:
                        - id: 1
                          name: day 1
                single_sends:
                  discover: true
                  max_age: 1d
                  list:
                    - id: 5f0c1a3e-0000-4000-8000-00000000000b
                      name: spring
            history:
              retention: 1d
            web:
              grafana_url: http://grafana.example/sub
            links:
              url: none
              max_per_automation: 1
              missing_grace: 1s
            log:
              level: error
            """
        );

        Assert.Equal(
            new PollOptions
            {
                Interval = TimeSpan.FromSeconds(10),
                Timeout = TimeSpan.FromSeconds(20),
                MaxAge = TimeSpan.FromMinutes(30),
                DiscoveryInterval = TimeSpan.FromSeconds(40),
                IdleInterval = TimeSpan.FromSeconds(50),
            },
            options.Poll
        );
        var (account, automations, singleSends) = (
            options.Accounts[0].Api,
            options.Accounts[0].Automations,
            options.Accounts[0].SingleSends
        );
        Assert.Equal(("shop", "sub", 7), (account.Name, account.OnBehalfOf, account.PageSize));
        Assert.Equal(new Uri("http://127.8.9.10:8080"), account.BaseUrl);
        Assert.Equal((0.1, 64), (account.Rate.RequestsPerSecond, account.Rate.Concurrency));
        Assert.Equal((false, NameSource.UndocumentedApi, false), (automations.Discover, automations.Names, automations.StepStats));
        Assert.Equal("5f0c1a3e-0000-4000-8000-00000000000e", Assert.Single(automations.Exclude));
        var automation = Assert.Single(automations.List);
        Assert.Equal(
            ("5f0c1a3e-0000-4000-8000-00000000000a", "welcome", TimeSpan.FromSeconds(11)),
            (automation.Id, automation.Name, automation.Interval)
        );
        Assert.Equal(new ConfiguredStep { Id = "1", Name = "day 1" }, Assert.Single(automation.Steps));
        Assert.Equal((true, TimeSpan.FromDays(1)), (singleSends.Discover, singleSends.SentWithin));
        Assert.Equal(
            new ConfiguredSingleSend { Id = "5f0c1a3e-0000-4000-8000-00000000000b", Name = "spring" },
            Assert.Single(singleSends.List)
        );
        Assert.Equal(TimeSpan.FromDays(1), options.History.Retention);
        Assert.Equal(new Uri("http://grafana.example/sub"), options.Web.GrafanaUrl);
        Assert.Equal(
            new LinksOptions
            {
                Url = UrlDisplay.None,
                MaxPerCampaign = 1,
                MissingGrace = TimeSpan.FromSeconds(1),
            },
            options.Links
        );
        Assert.Equal(LogLevel.Error, options.Log.Level);
    }

    [Theory]
    [InlineData("https://api.sendgrid.com")]
    [InlineData("https://api.sendgrid.com/")]
    [InlineData("https://proxy.example:8443")]
    [InlineData("http://localhost:8080")]
    [InlineData("http://LOCALHOST")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("http://[::1]:8080")]
    public void A_base_url_is_https_or_a_loopback_host(string url) =>
        Assert.Equal(new Uri(url), Good($"accounts: [{{api_key: '${{KEY}}', base_url: '{url}'}}]").Accounts[0].Api.BaseUrl);

    [Theory]
    [InlineData("https://api.sendgrid.com?")]
    [InlineData("https://api.sendgrid.com#")]
    [InlineData("https://@api.sendgrid.com")]
    [InlineData("https://api.sendgrid.com//")]
    [InlineData("https:api.sendgrid.com")]
    [InlineData("/v3")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://localhost")]
    [InlineData("http://localhost.example")]
    [InlineData("http://0.0.0.0")]
    [InlineData("")]
    public void Anything_more_or_less_is_no_base_url(string url) =>
        Assert.StartsWith(
            "accounts[0].base_url: expected",
            Assert.Single(Files.Read($"accounts: [{{api_key: '${{KEY}}', base_url: '{url}'}}]").Problems).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_section_that_is_left_empty_is_all_defaults() =>
        Assert.Equal(new PollOptions(), Good(Files.WithAccount("poll:\nlinks: ~\nhistory: null")).Poll);

    [Fact]
    public void An_empty_subuser_or_grafana_address_is_none()
    {
        var options = Good("accounts: [{api_key: '${KEY}', on_behalf_of: ''}]\nweb: {grafana_url: ''}");

        Assert.Null(options.Accounts[0].Api.OnBehalfOf);
        Assert.Null(options.Web.GrafanaUrl);
    }

    [Fact]
    public void Limits_themselves_are_within_the_range()
    {
        Good(
            Files.WithAccount(
                "poll: {interval: 24h, timeout: 1s, max_age: 3650d, discovery_interval: 1d, idle_interval: 1440m}\nhistory: {retention: "
                    + "3650d}"
            )
        );
        Good(Files.WithAccount("poll: {interval: 1s, max_age: 1s}\nlinks: {max_per_automation: 100000, missing_grace: 3650d}"));
        Good($"accounts: [{{api_key: '${{KEY}}', name: {new string('n', 256)}}}]");
        Good("accounts: [{api_key: '${KEY}', page_size: 100, rate: {requests_per_second: 1000, concurrency: 1}}]");
    }

    [Fact]
    public void Twice_the_interval_is_age_enough_to_raise_no_warning() =>
        Assert.Empty(Files.Read(Files.WithAccount("poll: {max_age: 10m}")).Warnings);

    [Fact]
    public void An_automations_own_interval_may_be_as_long_as_max_age() =>
        Good(
            "poll: {max_age: 2h}\naccounts: [{api_key: '${KEY}', automations: {list: [{id: 5f0c1a3e-0000-4000-8000-000000000001, "
                + "interval: 2h}]}}]"
        );

    [Fact]
    public void A_name_may_be_any_text_and_the_own_id_and_a_step_may_be_called_like_another() =>
        Good(
            """
            accounts:
              - name: "Zoë's shop: \U0001F600"
                api_key: ${KEY}
                automations:
                  list:
                    - id: 5f0c1a3e-0000-4000-8000-000000000001
                      name: 5f0c1a3e-0000-4000-8000-000000000001
                      steps: [{id: a, name: same}, {id: b, name: same}]
                    - id: 5f0c1a3e-0000-4000-8000-000000000002
                      name: 123
                      steps: [{id: a, name: same}]
                single_sends:
                  list: [{id: 5f0c1a3e-0000-4000-8000-000000000001, name: 123}]
              - name: other
                api_key: ${KEY}
                automations:
                  list: [{id: 5f0c1a3e-0000-4000-8000-000000000001, name: 123}]
            """
        );

    [Fact]
    public void Variables_are_expanded_in_every_kind_of_value()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["N"] = "7",
            ["FLAG"] = "false",
            ["HOST"] = "proxy.example",
        };

        var result = ConfigurationReader.Read(
            "test.yml",
            "poll: {interval: '${N}m'}\naccounts: [{api_key: 'k$$ey-${N}', base_url: 'https://${HOST}:844${N}', page_size: '${N}', "
                + "automations: {discover: '${FLAG}'}, single_sends: {discover: true}}]",
            variables.GetValueOrDefault
        );

        Assert.Empty(result.Problems);
        var account = result.Options!.Accounts[0];
        Assert.Equal(TimeSpan.FromMinutes(7), result.Options.Poll.Interval);
        Assert.Equal("k$ey-7", account.Api.ApiKey.Reveal());
        Assert.Equal(new Uri("https://proxy.example:8447"), account.Api.BaseUrl);
        Assert.Equal(7, account.Api.PageSize);
        Assert.False(account.Automations.Discover);
    }

    [Theory]
    [InlineData("5F0C1A3E-0000-4000-8000-00000000000A", "5f0c1a3e-0000-4000-8000-00000000000a")]
    [InlineData("Welcome_Series-1", "Welcome_Series-1")]
    [InlineData("12345", "12345")]
    [InlineData("5F0C1A3E000040008000000000000001", "5F0C1A3E000040008000000000000001")]
    public void An_id_is_whatever_can_be_asked_for(string written, string id)
    {
        var account = Good(
            Files
                .WithAccount("")
                .Replace(
                    "}]",
                    $", automations: {{exclude: ['{written}'], list: [{{id: {written}}}]}}, single_sends: {{list: [{{id: {written}}}]}}}}]",
                    StringComparison.Ordinal
                )
        ).Accounts[0];

        Assert.Equal([id, id, id], [account.Automations.Exclude[0], account.Automations.List[0].Id, account.SingleSends.List[0].Id]);
    }

    [Fact]
    public void A_variable_is_not_expanded_in_a_key() =>
        Assert.Contains("unknown key", Files.Read(Files.WithAccount("${WORD}: 1")).Problems[0].Message, StringComparison.Ordinal);

    [Fact]
    public void A_text_too_long_for_a_configuration_is_refused_unread() =>
        Assert.Equal(
            "test.yml: expected at most 1048576 characters, found 1048577",
            Assert.Single(Files.Read(new string('#', YamlComposer.MaxLength + 1)).Problems).ToString()
        );

    private static ExporterOptions Good(string text)
    {
        var result = Files.Read(text);
        Assert.Equal("", Files.Printed(result.Problems));
        return result.Options!;
    }
}
