using Exporter.EndToEnd.Fixtures;
using Simulator;

namespace Exporter.EndToEnd;

public sealed class SecretsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("401-bad-key")]
    [InlineData("redirect")]
    [InlineData("502-html")]
    public async Task The_key_is_in_no_log_line_and_on_no_page_whatever_goes_wrong(string trouble)
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var secrets = sendGrid.World.Accounts.Select(static account => account.ApiKey.Split('.')[^1]).ToList();
        Assert.All(secrets, static secret => Assert.True(secret.Length > 20));
        sendGrid.Behaviours.Add(trouble);
        await using var exporter = await ExporterProcess.StartAsync(
            _directory,
            [.. Configured.ByFile(_directory, sendGrid, interval: "1s"), "--log.level=debug"]
        );
        await Eventually.TrueAsync(() => exporter.Complaints.Any());
        sendGrid.Behaviours.Clear();
        await Eventually.TrueAsync(async () => (await exporter.ScrapeAsync())["sendgrid_automation_link_clicks"].Any());

        var seen = exporter.Output + exporter.Error;
        foreach (var page in (string[])["", "api/v1/status", "metrics", "internal/metrics", "-/healthy", "-/ready", "nowhere"])
        {
            using var response = await exporter.Http.GetAsync(page, TestContext.Current.CancellationToken);
            seen += response.Headers + await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }

        Assert.All(secrets, secret => Assert.DoesNotContain(secret, seen, StringComparison.Ordinal));
        Assert.DoesNotContain("Bearer", seen, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(sendGrid.Requests.Snapshot(), static request => request.Listener == Listener.Other);
    }

    /// <summary>The library behind the platform's metrics reads these variables itself, and shows them in <c>target_info</c>.</summary>
    [Theory]
    [InlineData("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=prod,sendgrid.key=")]
    [InlineData("OTEL_RESOURCE_ATTRIBUTES", "k=%53%47.")]
    [InlineData("OTEL_SERVICE_NAME", "")]
    public async Task A_key_in_what_describes_the_program_is_not_shown(string variable, string before)
    {
        const string Secret = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
        var key = before.EndsWith('.') ? $"aaaaaaaaaaaaaaaaaaaaaa.{Secret}" : $"SG.aaaaaaaaaaaaaaaaaaaaaa.{Secret}";
        await using var exporter = await ExporterProcess.StartAsync(
            _directory,
            ["--demo", "--storage.path="],
            new Dictionary<string, string>(StringComparer.Ordinal) { [variable] = before + key }
        );

        var shown = await exporter.Http.GetStringAsync(
            new Uri("internal/metrics", UriKind.Relative),
            TestContext.Current.CancellationToken
        );

        Assert.Contains("target_info{", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, shown + exporter.Output + exporter.Error, StringComparison.Ordinal);
    }
}
