using System.ComponentModel;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Exporter.Tests.Deploy;

/// <summary>The example configuration in a real Alertmanager: which alerts mute which.</summary>
public sealed class AlertmanagerTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("alertmanager-");
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private Process? _alertmanager;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _http.BaseAddress = new Uri($"http://127.0.0.1:{FreePort.Find()}/");
        try
        {
            _alertmanager = Process.Start(
                new ProcessStartInfo(
                    "prometheus-alertmanager",
                    [
                        $"--config.file={Repository.PathTo("deploy/alertmanager/alertmanager.yml")}",
                        $"--storage.path={_directory.FullName}",
                        $"--web.listen-address={_http.BaseAddress!.Authority}",
                        "--cluster.listen-address=",
                        "--log.level=error",
                    ]
                )
            )!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("prometheus-alertmanager is not installed (Debian: apt-get install prometheus-alertmanager)");
        }

        for (var ready = false; !ready; await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Ct))
        {
            Assert.False(_alertmanager.HasExited, "Alertmanager did not start");
            try
            {
                using var response = await _http.GetAsync("-/ready", Ct);
                ready = response.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_alertmanager is not null)
        {
            _alertmanager.Kill();
            await _alertmanager.WaitForExitAsync(CancellationToken.None);
            _alertmanager.Dispose();
        }

        _http.Dispose();
        _directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData(
        "ExporterDown exporters=all",
        "StatsStale automation=welcome; LinkClicksStopped automation=welcome; StepClicksStopped automation=welcome; AutomationStalled "
            + "automation=welcome; AccountClicksLow",
        "LinkTargetDown automation=welcome"
    )]
    [InlineData("ExporterDown exporters=some", "", "StatsStale automation=welcome; LinkClicksStopped automation=cart")]
    [InlineData(
        "StatsStale automation=welcome",
        "LinkClicksStopped automation=welcome; LinkClicksDropped automation=welcome; StepDeliveriesStalled automation=welcome",
        "LinkClicksStopped automation=cart; LinkTargetDown automation=welcome"
    )]
    [InlineData(
        "StatsStale account=eu automation=welcome",
        "LinkClicksStopped account=eu automation=welcome",
        "LinkClicksStopped account=us automation=welcome"
    )]
    [InlineData("AccountNotRead account=eu", "StatsStale account=eu automation=welcome", "StatsStale account=us automation=welcome")]
    [InlineData(
        "AccountNotRead account=eu",
        "DiscoveryFailing account=eu kind=automations; SingleSendStale account=eu singlesend=spring",
        "AutomationUnknown account=eu automation=welcome; SingleSendStale account=us singlesend=spring; AuthenticationFailing account=eu"
    )]
    [InlineData(
        "AuthenticationFailing account=eu; RateLimited account=eu",
        "",
        "StatsStale account=eu automation=welcome; DiscoveryFailing account=eu kind=automations; SingleSendStale account=eu singlesend=spring"
    )]
    [InlineData("StatsStale automation=welcome", "AutomationStalled automation=welcome", "AutomationUnknown automation=welcome")]
    [InlineData(
        "AccountClicksLow account=eu",
        "LinkClicksStopped account=eu automation=welcome; AutomationStalled account=eu automation=cart",
        "LinkClicksStopped account=us automation=welcome; StatsStale account=eu automation=cart"
    )]
    [InlineData(
        "LinkClicksStopped automation=welcome step_id=first url_location=1",
        "LinkClicksDropped automation=welcome step_id=first url_location=1",
        "LinkClicksDropped automation=welcome step_id=first url_location=2"
    )]
    public async Task A_cause_mutes_its_consequences_and_nothing_else(string cause, string muted, string told)
    {
        var (quiet, loud) = (Alerts(muted), (Dictionary<string, string>[])[.. Alerts(cause), .. Alerts(told)]);
        using var posted = await _http.PostAsJsonAsync("api/v2/alerts", loud.Concat(quiet).Select(labels => new { labels }), Ct);
        Assert.True(posted.IsSuccessStatusCode, await posted.Content.ReadAsStringAsync(Ct));

        // Alertmanager hears of causes a moment after it has taken them.
        var expected = quiet.Select(alert => (Text(alert), true)).Concat(loud.Select(alert => (Text(alert), false))).Order().ToList();
        var seen = await MutedAsync();
        for (var look = 0; look < 100 && !seen.SequenceEqual(expected); look++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Ct);
            seen = await MutedAsync();
        }

        Assert.Equal(expected, seen);
    }

    private async Task<IReadOnlyList<(string Alert, bool IsMuted)>> MutedAsync()
    {
        using var answer = await JsonDocument.ParseAsync(await _http.GetStreamAsync("api/v2/alerts", Ct), cancellationToken: Ct);
        return
        [
            .. answer
                .RootElement.EnumerateArray()
                .Select(alert =>
                    (
                        Text(alert.GetProperty("labels").EnumerateObject().Select(label => (label.Name, label.Value.GetString()!))),
                        alert.GetProperty("status").GetProperty("inhibitedBy").GetArrayLength() > 0
                    )
                )
                .Order(),
        ];
    }

    /// <summary><c>StatsStale automation=welcome; …</c> without the beginning that all alerts share.</summary>
    private static Dictionary<string, string>[] Alerts(string text) =>
        [
            .. text.Split("; ", StringSplitOptions.RemoveEmptyEntries)
                .Select(alert => alert.Split(' '))
                .Select(words =>
                    words
                        .Skip(1)
                        .Select(word => word.Split('='))
                        .Append(["alertname", $"SendGrid{words[0]}"])
                        .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal)
                ),
        ];

    private static string Text(IEnumerable<KeyValuePair<string, string>> labels) => Text(labels.Select(label => (label.Key, label.Value)));

    private static string Text(IEnumerable<(string Name, string Value)> labels) =>
        string.Join(' ', labels.OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value}"));
}
