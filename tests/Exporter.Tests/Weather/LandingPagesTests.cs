using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Exporter.History;
using Exporter.Polling;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;
using Exporter.Tests.VirtualTime;
using Microsoft.Data.Sqlite;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>
/// <c>/sd/links</c> never says less because something failed: Prometheus drops what an answer leaves out, and keeps what it has when there
/// is none.
/// </summary>
[Collection(nameof(OnVirtualTime))]
public sealed class LandingPagesTests : IDisposable
{
    private static readonly PollOptions Often = new()
    {
        Interval = TimeSpan.FromSeconds(20),
        DiscoveryInterval = TimeSpan.FromSeconds(20),
        Timeout = TimeSpan.FromSeconds(10),
        MaxAge = TimeSpan.FromMinutes(1),
    };

    private readonly DirectoryInfo _storage = Directory.CreateTempSubdirectory("pages-");

    public void Dispose() => _storage.Delete(recursive: true);

    [Theory]
    [InlineData("500-burst=36000")]
    [InlineData("hang")]
    [InlineData("401-bad-key")]
    [InlineData("429-retry-after=30")]
    [InlineData("truncated-json")]
    [InlineData("500-burst=36000@endpoint=automation_list")]
    [InlineData("500-burst=36000@endpoint=automation_links")]
    [InlineData("500-burst=36000@endpoint=automation_stats")]
    [InlineData("403-scope@account=account-2")]
    [InlineData("status=404@endpoint=automation_list,account=account-1")]
    public async Task A_start_without_state_answers_nothing_before_each_account_has_been_known(string weather)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(accounts: 2, automations: 3, steps: 1, linksPerStep: 2));
        var rule = sendGrid.Behaviours.Add(weather);
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, Accounts(sendGrid), Often);

        for (var look = 0; look < 9; look++)
        {
            Assert.Null(await station.PagesAsync());
            await station.Clock.ForAsync(TimeSpan.FromSeconds(7));
        }

        sendGrid.Behaviours.Remove(rule);
        var all = await station.KnownPagesAsync();
        Assert.Equal(
            sendGrid
                .World.Accounts.SelectMany(account => account.Automations)
                .Select(automation => automation.Id)
                .Order(StringComparer.Ordinal),
            Automations(all)
        );
    }

    [Theory]
    [InlineData("00:00:30")]
    [InlineData("02:00:00")]
    [InlineData("400.00:00:00")]
    public async Task Pages_of_a_saved_state_of_any_age_are_listed_from_the_first_moment_on(string pause)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(accounts: 2, automations: 3, steps: 1, linksPerStep: 2));
        var first = await WeatherStation.StartAsync(machine, sendGrid, Accounts(sendGrid), Often, storage: _storage.FullName);
        var all = await first.KnownPagesAsync();
        sendGrid.Behaviours.Add("500-burst=360000000");

        await using var second = await first.RestartAsync(_storage.FullName, TimeSpan.Parse(pause, CultureInfo.InvariantCulture));

        Assert.Equal(all, await second.PagesAsync());
        await second.Clock.ForAsync(Often.MaxAge);
        Assert.Equal(all, await second.PagesAsync());
        Assert.False(
            (await second.ScrapeAsync()).Of(sendGrid.World.Accounts[0].Automations[0].Id, sendGrid.World.Accounts[0].Name).HasData
        );

        // A second restart within the outage loses nothing, either.
        await using var third = await second.RestartAsync(_storage.FullName, Often.MaxAge);
        Assert.Equal(all, await third.PagesAsync());
    }

    [Fact]
    public async Task What_a_complete_list_took_away_does_not_come_back_with_the_saved_state()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(accounts: 2, automations: 3, steps: 1, linksPerStep: 2));
        var first = await WeatherStation.StartAsync(machine, sendGrid, Accounts(sendGrid), Often, storage: _storage.FullName);
        var all = await first.KnownPagesAsync();
        var deleted = sendGrid.World.Accounts[0].Automations[1].Id;
        sendGrid.Behaviours.Add($"deleted-automation@automation={deleted}");
        var rest = await first.KnownPagesAsync(pages => pages.Count < all.Count);
        Assert.Equal(all.Where(page => !page.Contains(deleted, StringComparison.Ordinal)), rest.Order(StringComparer.Ordinal));
        await first.Clock.ForAsync(TimeSpan.FromSeconds(3));
        sendGrid.Behaviours.Add("500-burst=360000000");

        await using var second = await first.RestartAsync(_storage.FullName, TimeSpan.FromSeconds(10));
        Assert.Equal(rest, await second.PagesAsync());
        await second.Clock.ForAsync(Often.MaxAge);

        await using var third = await second.RestartAsync(_storage.FullName, TimeSpan.FromDays(1));
        Assert.Equal(rest, await third.PagesAsync());
    }

    [Fact]
    public async Task What_a_reload_takes_away_goes_at_once_and_an_account_that_it_brings_must_be_known_first()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(accounts: 3, automations: 3, steps: 1, linksPerStep: 2));
        var accounts = Accounts(sendGrid);
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [.. accounts.Take(2)], Often);
        var all = await station.KnownPagesAsync();
        sendGrid.Behaviours.Add("500-burst=36000");
        var gone = accounts[1].Automations.List[0].Id;
        var excluded = sendGrid.World.Accounts[0].Automations[0].Id;

        await ReloadAsync(
            accounts[0] with
            {
                Automations = accounts[0].Automations with { Exclude = [excluded] },
            },
            accounts[1] with
            {
                Automations = accounts[1].Automations with { List = [.. accounts[1].Automations.List.Skip(1)] },
            }
        );
        var rest = all.Where(page => !page.Contains(gone, StringComparison.Ordinal) && !page.Contains(excluded, StringComparison.Ordinal))
            .ToImmutableSortedSet();
        Assert.Equal(rest, await station.PagesAsync());
        await station.Clock.ForAsync(Often.MaxAge);
        Assert.Equal(rest, await station.PagesAsync());

        await ReloadAsync([.. station.Options.Accounts, accounts[2]]);
        Assert.Null(await station.PagesAsync());
        await ReloadAsync([.. station.Options.Accounts.Take(2)]);
        Assert.Equal(rest, await station.PagesAsync());
        station.Options = station.Options with { Links = new LinksOptions { Url = UrlDisplay.Host } };
        await ReloadAsync([.. station.Options.Accounts, accounts[2]]);
        Assert.Equal([], await station.PagesAsync());

        async Task ReloadAsync(params IReadOnlyList<AccountOptions> next)
        {
            station.Options = station.Options with { Accounts = next };
            Assert.Equal(HttpStatusCode.OK, await station.ReloadAsync());
        }
    }

    [Theory]
    [InlineData("hang")]
    [InlineData("200-html")]
    public async Task An_automation_that_fails_for_itself_holds_up_nobody_elses_pages(string weather)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(accounts: 2, automations: 3, steps: 1, linksPerStep: 2));
        sendGrid.Behaviours.Add($"{weather}@automation={sendGrid.World.Accounts[0].Automations[1].Id}");
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, Accounts(sendGrid), Often);

        Assert.Equal(5, Automations(await station.KnownPagesAsync()).Count());
    }

    /// <summary>What was walked until then is not all, whatever lies in the store.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_restart_in_the_middle_of_the_first_cycle_tells_nothing_before_all_is_known(int restarts)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(accounts: 2, automations: 3, steps: 1, linksPerStep: 2));
        sendGrid.Behaviours.Add($"hang@automation={sendGrid.World.Accounts[0].Automations[1].Id}");
        sendGrid.Behaviours.Add($"hang@automation={sendGrid.World.Accounts[1].Automations[1].Id}");
        var station = await WeatherStation.StartAsync(machine, sendGrid, Accounts(sendGrid), Often, storage: _storage.FullName);
        await station.Clock.ForAsync(TimeSpan.FromSeconds(4));
        Assert.Null(await station.PagesAsync());
        var rule = sendGrid.Behaviours.Add("500-burst=36000000");
        for (var restart = 0; restart < restarts; restart++)
        {
            station = await station.RestartAsync(_storage.FullName, TimeSpan.FromSeconds(5));
            Assert.True(
                (await station.ScrapeAsync()).Of(sendGrid.World.Accounts[1].Automations[0].Id, sendGrid.World.Accounts[1].Name).HasData
            );
            Assert.Null(await station.PagesAsync());
            await station.Clock.ForAsync(TimeSpan.FromSeconds(30 / restarts));
            Assert.Null(await station.PagesAsync());
        }

        await using var last = station;
        sendGrid.Behaviours.Clear();
        Assert.Equal(6, Automations(await last.KnownPagesAsync()).Count());
    }

    /// <summary>Of what an outage leaves no part is told as if it were all, however it comes and goes.</summary>
    [Theory]
    [InlineData("500-burst=36000", 1)]
    [InlineData("500-burst=36000", 4)]
    [InlineData("hang", 2)]
    [InlineData("truncated-json", 3)]
    [InlineData("200-html", 5)]
    public async Task An_outage_of_the_whole_API_makes_no_automation_fail_for_itself(string weather, int outages)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(accounts: 1, automations: 12, steps: 1, linksPerStep: 2));
        var account = WeatherStation.Poll(
            sendGrid,
            sendGrid.World.Accounts[0],
            new RateOptions { RequestsPerSecond = 2, Concurrency = 1 },
            named: true
        );
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [account], Often);
        for (var outage = 0; outage < outages; outage++)
        {
            // So short that one or two are walked.
            await LookAsync(3);
            var rule = sendGrid.Behaviours.Add(weather);
            await LookAsync(45);
            sendGrid.Behaviours.Remove(rule);
        }

        Assert.Equal(12, Automations(await station.KnownPagesAsync()).Count());

        async Task LookAsync(int seconds)
        {
            for (var second = 0; second < seconds; second++)
            {
                var pages = await station.PagesAsync();
                Assert.True(pages is null || Automations(pages).Count() == 12, $"{pages?.Count} pages are told as if they were all");
                await station.Clock.ForAsync(TimeSpan.FromSeconds(1));
            }
        }
    }

    /// <summary>
    /// What can no longer be read may have been told: one automation that fails for itself may be the one whose pages are missing.
    /// </summary>
    [Theory]
    [InlineData("cut to zero")]
    [InlineData("cut in half")]
    [InlineData("garbage")]
    [InlineData("UPDATE campaign SET gone = 1")]
    [InlineData("UPDATE campaign SET gone = 'gonf'")]
    [InlineData("UPDATE campaign SET gone = x''")]
    [InlineData("UPDATE campaign SET walk = x'0011'")]
    [InlineData("UPDATE account SET pages = 'knowm'")]
    [InlineData("PRAGMA foreign_keys = OFF; DELETE FROM campaign; UPDATE account SET pages = 'l'")]
    public async Task Whatever_befalls_the_store_no_part_of_the_pages_is_told_as_if_it_were_all(string deed)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(accounts: 2, automations: 3, steps: 1, linksPerStep: 2));
        var first = await WeatherStation.StartAsync(machine, sendGrid, Accounts(sendGrid), Often, storage: _storage.FullName);
        var all = await first.KnownPagesAsync();
        await first.Clock.ForAsync(TimeSpan.FromSeconds(3));
        sendGrid.Behaviours.Add($"200-html@automation={sendGrid.World.Accounts[0].Automations[1].Id}");

        await using var second = await first.RestartAsync(_storage.FullName, TimeSpan.FromSeconds(5), meanwhile: () => Do(deed));
        await LookAsync(second);
        await using var third = await second.RestartAsync(_storage.FullName, TimeSpan.FromSeconds(5));
        await LookAsync(third);

        sendGrid.Behaviours.Clear();
        Assert.Equal(all, await third.KnownPagesAsync());

        async Task LookAsync(WeatherStation station)
        {
            for (var look = 0; look < 9; look++)
            {
                Assert.True(await station.PagesAsync() is not { } pages || pages.SetEquals(all), $"look {look}");
                await station.Clock.ForAsync(TimeSpan.FromSeconds(11));
            }
        }

        void Do(string what)
        {
            var file = Path.Combine(_storage.FullName, "history.db");
            var bytes = File.ReadAllBytes(file);
            switch (what)
            {
                case "cut to zero":
                    File.WriteAllBytes(file, []);
                    break;
                case "cut in half":
                    File.WriteAllBytes(file, bytes[..(bytes.Length / 2)]);
                    break;
                case "garbage":
                    Array.Fill(bytes, (byte)7);
                    File.WriteAllBytes(file, bytes);
                    break;
                default:
                    using (var connection = new SqliteConnection($"Data Source={file};Pooling=False"))
                    {
                        connection.Open();
                        connection.Execute(what);
                    }

                    break;
            }
        }
    }

    [Fact]
    public async Task A_damaged_row_of_an_automation_that_is_gone_holds_up_nobody()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(accounts: 1, automations: 3, steps: 1, linksPerStep: 2));
        var first = await WeatherStation.StartAsync(machine, sendGrid, Accounts(sendGrid), Often, storage: _storage.FullName);
        var all = await first.KnownPagesAsync();
        await first.Clock.ForAsync(TimeSpan.FromSeconds(3));
        var deleted = sendGrid.World.Accounts[0].Automations[1].Id;
        sendGrid.Behaviours.Add($"deleted-automation@automation={deleted}");

        var second = await first.RestartAsync(
            _storage.FullName,
            TimeSpan.FromSeconds(5),
            meanwhile: () =>
            {
                using var connection = new SqliteConnection($"Data Source={Path.Combine(_storage.FullName, "history.db")};Pooling=False");
                connection.Open();
                connection.Execute($"UPDATE campaign SET walk = x'0011' WHERE campaign_id = '{deleted}'");
            }
        );
        var rest = await second.KnownPagesAsync();
        Assert.Equal(all.Where(page => !page.Contains(deleted, StringComparison.Ordinal)), rest.Order(StringComparer.Ordinal));
        await second.Clock.ForAsync(TimeSpan.FromSeconds(3));
        sendGrid.Behaviours.Add("500-burst=360000000");

        await using var third = await second.RestartAsync(_storage.FullName, TimeSpan.FromSeconds(5));
        Assert.Equal(rest, await third.PagesAsync());
    }

    /// <summary>While no pages are shown none is known; shown again, they have to be walked again.</summary>
    [Theory]
    [InlineData("None", true)]
    [InlineData("Host", true)]
    [InlineData("None", false)]
    [InlineData("Host", false)]
    public async Task Pages_that_a_configuration_hid_are_not_known_when_the_next_one_shows_them(string hidden, bool wasKnown)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(accounts: 1, automations: 3, steps: 1, linksPerStep: 2));
        if (!wasKnown)
        {
            sendGrid.Behaviours.Add("500-burst=360000000");
        }

        await using var first = await WeatherStation.StartAsync(machine, sendGrid, Accounts(sendGrid), Often, storage: _storage.FullName);
        var all = wasKnown ? await first.KnownPagesAsync() : null;
        await ShowAsync(Enum.Parse<UrlDisplay>(hidden));
        Assert.Equal([], await first.PagesAsync());
        await first.Clock.ForAsync(TimeSpan.FromSeconds(wasKnown ? 40 : 0));
        sendGrid.Behaviours.Add("500-burst=360000000");

        await ShowAsync(UrlDisplay.Path);
        Assert.Null(await first.PagesAsync());
        await first.Clock.ForAsync(TimeSpan.FromSeconds(30));
        Assert.Null(await first.PagesAsync());
        await using var second = await first.RestartAsync(_storage.FullName, TimeSpan.FromSeconds(5));
        Assert.Null(await second.PagesAsync());
        sendGrid.Behaviours.Clear();
        var known = await second.KnownPagesAsync();
        Assert.Equal(all ?? known, known);
        Assert.Equal(3, Automations(known).Count());

        async Task ShowAsync(UrlDisplay display)
        {
            first.Options = first.Options with { Links = new LinksOptions { Url = display } };
            Assert.Equal(HttpStatusCode.OK, await first.ReloadAsync());
        }
    }

    /// <summary>
    /// Any weather, any restart, any reload: whatever was listed is listed in each answer until the configuration or a list takes it away,
    /// and an account that was known stays known.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Nothing_that_fails_takes_a_page_away(int seed)
    {
#pragma warning disable CA5394 // Not for secrets: the same seed is to give the same weather.
        var dice = new Random(seed);
        string[] weather =
        [
            "500-burst=36000",
            "hang",
            "401-bad-key",
            "403-scope",
            "429-retry-after=7",
            "200-html",
            "truncated-json",
            "404-errors",
            "reset-mid-body",
            "token-expired",
            "results-absent",
        ];
        string[] endpoints = ["automation_links", "automation_stats", "automation_list"];
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(accounts: 2, automations: 3, steps: 1, linksPerStep: 2));
        var accounts = Accounts(sendGrid);
        var station = await WeatherStation.StartAsync(machine, sendGrid, accounts, Often, storage: _storage.FullName);
        try
        {
            var told = await station.KnownPagesAsync();
            await station.Clock.ForAsync(TimeSpan.FromSeconds(2));
            for (var turn = 0; turn < 16; turn++)
            {
                switch (dice.Next(6))
                {
                    case 0:
                        station = await station.RestartAsync(_storage.FullName, Pause());
                        break;
                    case 1:
                        // One of the configured ones goes, and any that had gone comes back.
                        var left = accounts[1].Automations.List.Where((_, number) => number != dice.Next(6)).ToList();
                        station.Options = station.Options with
                        {
                            Accounts = [accounts[0], accounts[1] with { Automations = accounts[1].Automations with { List = left } }],
                        };
                        Assert.Equal(HttpStatusCode.OK, await station.ReloadAsync());
                        told =
                        [
                            .. told.Where(page =>
                                page.StartsWith(accounts[0].Api.Name!, StringComparison.Ordinal)
                                || left.Exists(one => page.Contains(one.Id, StringComparison.Ordinal))
                            ),
                        ];
                        break;
                    case 2:
                        sendGrid.Behaviours.Clear();
                        break;
                    default:
                        var scope = dice.Next(4) switch
                        {
                            0 => "",
                            1 => $"@account={accounts[dice.Next(2)].Api.Name}",
                            2 => $"@endpoint={endpoints[dice.Next(endpoints.Length)]}",
                            _ => $"@automation={sendGrid.World.Accounts[dice.Next(2)].Automations[dice.Next(3)].Id}",
                        };
                        sendGrid.Behaviours.Add(weather[dice.Next(weather.Length)] + scope);
                        break;
                }

                told = await LookAsync(told, $"turn {turn}, at once");
                await station.Clock.ForAsync(TimeSpan.FromSeconds(dice.Next(1, 70)));
                told = await LookAsync(told, $"turn {turn}, later");
            }
        }
        finally
        {
            await station.DisposeAsync();
        }

        async Task<ImmutableSortedSet<string>> LookAsync(ImmutableSortedSet<string> told, string when)
        {
            var pages = await station.PagesAsync();
            Assert.True(pages is not null, $"{when}: what was known is not any more");
            Assert.True(told.IsSubsetOf(pages), $"{when}: {string.Join(", ", told.Except(pages))} went");
            return pages;
        }

        TimeSpan Pause() => TimeSpan.FromSeconds(Math.Pow(10, dice.NextDouble() * 7));
#pragma warning restore CA5394
    }

    /// <summary>The first account is discovered, the automations of the others are configured.</summary>
    private static List<AccountOptions> Accounts(SimulatedSendGrid sendGrid) =>
        [
            .. sendGrid.World.Accounts.Select(
                (account, number) => WeatherStation.Poll(sendGrid, account, named: true, discover: number == 0)
            ),
        ];

    private static IEnumerable<string> Automations(IEnumerable<string> pages) =>
        pages.Select(page => page.Split(' ')[1]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
}
