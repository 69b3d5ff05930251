using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Exporter.EndToEnd.Fixtures;
using Microsoft.Playwright;
using Simulator;

namespace Exporter.EndToEnd;

/// <summary>The status page as a browser shows it, in every state that an operator may meet it in.</summary>
public sealed partial class StatusPageTests(Browser browser, StandingExporter standing)
    : IClassFixture<Browser>,
        IClassFixture<StandingExporter>,
        IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_page_follows_the_polls_from_good_over_refused_to_stale_and_back()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        await using var exporter = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, sendGrid, interval: "1s"));
        await Eventually.GetAsync(exporter.ScrapeAsync, seen => Configured.IsPolled(seen, sendGrid));
        var (page, complaints) = await browser.OpenAsync(exporter.Address);
        await ShowsAsync(page, () => SaysAsync(page, AllUpToDate()));
        await KeepAsync(page, "good");

        sendGrid.Behaviours.Add("401-bad-key");
        await Eventually.GetAsync(exporter.ScrapeAsync, seen => seen["sendgrid_up"].All(static up => up.Value == 0));
        await ShowsAsync(
            page,
            async () => await SaysAsync(page, NotUpToDate()) && await page.Locator("dd").First.InnerTextAsync() == "not accepted"
        );
        var trouble = page.Locator(".trouble").First;
        Assert.Contains("401: the API does not accept the key", await trouble.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("create a new one in SendGrid", await trouble.InnerTextAsync(), StringComparison.Ordinal);
        await KeepAsync(page, "unauthorized");

        Configured.ByFile(_directory, sendGrid, interval: "1s", maxAge: "2s");
        exporter.Send(PosixSignal.SIGHUP);
        await Eventually.GetAsync(exporter.ScrapeAsync, static seen => !seen["sendgrid_automation_link_clicks"].Any());
        await ShowsAsync(page, async () => await page.Locator("td .pill.stale").CountAsync() > 0);
        await KeepAsync(page, "stale");

        Configured.ByFile(_directory, sendGrid, interval: "1s");
        exporter.Send(PosixSignal.SIGHUP);
        sendGrid.Behaviours.Clear();
        await Eventually.GetAsync(exporter.ScrapeAsync, static seen => seen["sendgrid_up"].All(static up => up.Value == 1));
        await ShowsAsync(page, async () => await SaysAsync(page, AllUpToDate()) && await page.Locator(".trouble").CountAsync() == 0);
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task A_campaign_has_a_page_of_its_own_with_emails_links_and_polls_that_a_phone_can_show_too()
    {
        foreach (var (width, scheme) in (ValueTuple<int, ColorScheme>[])[(1280, ColorScheme.Light), (390, ColorScheme.Dark)])
        {
            var (page, complaints) = await browser.OpenAsync(standing.Exporter.Address, width, scheme);
            await ShowsAsync(page, () => SaysAsync(page, AllUpToDate()));
            Assert.Equal(
                scheme == ColorScheme.Dark ? "rgb(14, 18, 23)" : "rgb(245, 246, 248)",
                await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor")
            );
            await FitsAsync(page);
            await KeepAsync(page, $"overview-{width}");

            await FollowFirstAsync(page);

            var automation = await page.Locator(".lead").InnerTextAsync();
            Assert.Contains(
                standing.SendGrid.World.Accounts.SelectMany(account => account.Automations),
                each => automation.Contains(each.Name, StringComparison.Ordinal)
            );
            Assert.Equal(
                ["Emails", "Links", "Last polls"],
                (await page.Locator("h3").AllInnerTextsAsync()).Where(title => !title.Contains("new click", StringComparison.Ordinal))
            );
            await FitsAsync(page);
            await KeepAsync(page, $"automation-{width}");
            Assert.Empty(complaints);
        }
    }

    [Fact]
    public async Task A_link_with_a_script_in_it_stays_text_and_nothing_but_the_page_itself_is_loaded()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        sendGrid.Behaviours.Add("placeholder-url");
        await using var exporter = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, sendGrid));
        await Eventually.GetAsync(exporter.ScrapeAsync, seen => Configured.IsPolled(seen, sendGrid));
        var (page, complaints) = await browser.OpenAsync(exporter.Address);
        await ShowsAsync(page, () => SaysAsync(page, AllUpToDate()));

        await FollowFirstAsync(page);

        Assert.Contains(await page.Locator("td.url").AllInnerTextsAsync(), url => url.Contains("<script>", StringComparison.Ordinal));
        Assert.Equal(0, await page.Locator("script").CountAsync());
        Assert.Empty(complaints);
        using var response = await exporter.Http.GetAsync("", TestContext.Current.CancellationToken);
        var policy = string.Join(' ', response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_without_campaigns_and_one_with_130_are_both_readable()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Sized(automations: 130, steps: 2, linksPerStep: 3));
        await using var exporter = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, sendGrid));
        await Eventually.GetAsync(exporter.ScrapeAsync, seen => Configured.IsPolled(seen, sendGrid));
        var (page, complaints) = await browser.OpenAsync(exporter.Address, width: 390);
        await ShowsAsync(page, () => SaysAsync(page, AllUpToDate()));
        Assert.Equal(130, await page.Locator("td.name").CountAsync());
        await FitsAsync(page);

        var key = _directory.Write("any.key", "SG.any.thing\n");
        var nothing = _directory.Write(
            "nothing.yml",
            $"accounts: [{{api_key_file: {key}, base_url: {sendGrid.BaseUrl}, automations: {{discover: false}}}}]\n"
        );
        await using var empty = await ExporterProcess.StartAsync(_directory, ["--config.file", nothing, "--storage.path="]);
        var (emptyPage, emptyComplaints) = await browser.OpenAsync(empty.Address);
        Assert.StartsWith("There is nothing to poll", await emptyPage.Locator(".lead").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(complaints.Concat(emptyComplaints));
    }

    [Fact]
    public async Task The_demo_shows_a_day_at_once_and_names_the_link_that_breaks_and_no_other()
    {
        await using var before = await ExporterProcess.StartAsync(_directory, ["--demo", "--demo.break-after=0s"]);
        var (page, complaints) = await browser.OpenAsync(before.Address);
        await ShowsAsync(
            page,
            async () => (await page.Locator("main > .soft").InnerTextAsync()).EndsWith("none stands out.", StringComparison.Ordinal)
        );
        Assert.Equal(8, await page.Locator("svg.spark").CountAsync());
        Assert.All(
            await page.Locator("thead th:nth-child(3)").AllInnerTextsAsync(),
            static title => Assert.Equal("New clicks, 24 h", title)
        );
        await KeepInAllLightsAsync(page, "demo-before");
        Assert.Empty(complaints);

        await using var after = await ExporterProcess.StartAsync(_directory, ["--demo", "--demo.break-after=5s", "--demo.speed=60"]);
        (page, complaints) = await browser.OpenAsync(after.Address);
        await ShowsAsync(page, async () => await page.Locator("#stands-out li").CountAsync() > 0);
        Assert.Equal(["https://shop.example/start"], await page.Locator("#stands-out strong.link").AllInnerTextsAsync());
        Assert.Contains("no click for", await page.Locator("#stands-out li").InnerTextAsync(), StringComparison.Ordinal);
        await KeepInAllLightsAsync(page, "demo-after");
        await Eventually.TrueAsync(() =>
            Task.FromResult(
                after.Output.Contains(
                    "Stands out: https://shop.example/start in welcome-series / welcome: no click for",
                    StringComparison.Ordinal
                )
            )
        );

        await page.Locator("#stands-out a").First.ClickAsync();
        await page.Locator("td.url").First.WaitForAsync();
        Assert.Equal(1, await page.Locator("rect.drop").CountAsync());
        Assert.Equal("welcome", await page.Locator("tr:has(rect.drop) td.name").InnerTextAsync());
        await KeepInAllLightsAsync(page, "demo-campaign");
        Assert.Empty(complaints);
    }

    private static async Task<bool> SaysAsync(IPage page, Regex sentence) => sentence.IsMatch(await page.Locator(".lead").InnerTextAsync());

    private static Task ShowsAsync(IPage page, Func<Task<bool>> look) =>
        Eventually.TrueAsync(async () =>
        {
            await page.ReloadAsync();
            return await look();
        });

    /// <summary>Goes to the page of the first campaign.</summary>
    private static async Task FollowFirstAsync(IPage page)
    {
        await page.Locator("td.name a").First.ClickAsync();
        await page.Locator("td.url").First.WaitForAsync();
    }

    /// <summary>Nothing is wider than the screen.</summary>
    private static async Task FitsAsync(IPage page) =>
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"));

    /// <summary>By day, by night and on a phone; nothing is wider than the screen.</summary>
    private static async Task KeepInAllLightsAsync(IPage page, string name)
    {
        foreach (
            var (width, scheme) in (ValueTuple<int, ColorScheme>[])
                [(1280, ColorScheme.Dark), (390, ColorScheme.Dark), (390, ColorScheme.Light), (1280, ColorScheme.Light)]
        )
        {
            await page.SetViewportSizeAsync(width, height: 900);
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await FitsAsync(page);
            Assert.True(
                width > 390 || await page.EvaluateAsync<bool>("document.querySelector('svg.spark').getBoundingClientRect().width > 300")
            );
            await KeepAsync(page, $"{name}-{width}-{scheme}");
        }
    }

    /// <summary>Pictures to look at, when somebody asks for them.</summary>
    private static async Task KeepAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("KEEP_PICTURES") is { Length: > 0 } directory)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(directory, name + ".png"), FullPage = true });
        }
    }

    [GeneratedRegex("^All .* campaigns are up to date", RegexOptions.None, 1000)]
    private static partial Regex AllUpToDate();

    [GeneratedRegex("campaigns are not up to date", RegexOptions.None, 1000)]
    private static partial Regex NotUpToDate();
}
