using Microsoft.Playwright;

namespace Exporter.EndToEnd.Fixtures;

/// <summary>
/// A real browser, Debian's chromium, for all tests of a class: one page, which they open one after the other. The driver comes with the
/// package, so nothing is downloaded.
/// </summary>
public sealed class Browser : IAsyncDisposable
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IPage? _page;
    private List<string> _complaints = [];

    /// <summary>Opens the page here. Whatever the browser complains of is in the list, a refused script or style above all.</summary>
    internal async Task<(IPage Page, List<string> Complaints)> OpenAsync(
        Uri address,
        int width = 1280,
        ColorScheme scheme = ColorScheme.Light
    )
    {
        _page ??= await LaunchAsync();
        _complaints = [];
        await _page.SetViewportSizeAsync(width, height: 900);
        await _page.EmulateMediaAsync(new() { ColorScheme = scheme });
        var response = await _page.GotoAsync(address.ToString());
        Assert.NotNull(response);
        return (_page, _complaints);
    }

    public async ValueTask DisposeAsync()
    {
        await (_browser?.DisposeAsync() ?? default);
        _playwright?.Dispose();
    }

    private async Task<IPage> LaunchAsync()
    {
        new Tool("chromium").Require();
        var patience = (float)Eventually.Patience.TotalMilliseconds;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = "/usr/bin/chromium",
                Args = ["--no-sandbox"],
                Timeout = patience,
            }
        );
        var page = await _browser.NewPageAsync();
        page.SetDefaultTimeout(patience);
        page.Console += (_, message) => _complaints.Add(message.Text);
        page.PageError += (_, error) => _complaints.Add(error);
        page.RequestFailed += (_, request) => _complaints.Add($"failed: {request.Url}");
        return page;
    }
}
