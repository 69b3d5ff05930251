using System.Text;
using Exporter.Telemetry;

namespace Exporter.Tests.Telemetry;

public sealed class ForgottenAccountTests
{
    [Theory]
    [InlineData("shop")]
    [InlineData(null)]
    public async Task The_series_of_a_removed_account_disappear_and_begin_at_zero_when_it_returns(string? account)
    {
        var instruments = new Instruments();
        Use(instruments.ForAccount(account));
        Use(instruments.ForAccount("stays"));
        var stays = Lines(await TextAsync(instruments), "stays");
        Assert.NotEmpty(Lines(await TextAsync(instruments), account));

        instruments.RemoveAccount(account);

        Assert.Empty(Lines(await TextAsync(instruments), account));
        Assert.Equal(stays, Lines(await TextAsync(instruments), "stays"));
        Use(instruments.ForAccount(account));
        Assert.Contains(
            Lines(await TextAsync(instruments), account),
            line =>
                line.StartsWith("sendgrid_api_throttle_wait_seconds_total", StringComparison.Ordinal)
                && line.EndsWith(" 2", StringComparison.Ordinal)
        );
    }

    private static void Use(Instruments.AccountInstruments account)
    {
        account.RequestEnded("automation_links", "200", TimeSpan.FromSeconds(1));
        account.Retried("timeout");
        account.Throttled(TimeSpan.FromSeconds(2));
        account.RateLimitSeen("automation_links", 600, 599, static () => DateTimeOffset.UnixEpoch);
    }

    private static List<string> Lines(string text, string? account) =>
        [
            .. text.Split('\n')
                .Where(line =>
                    line.StartsWith("sendgrid_api_", StringComparison.Ordinal)
                    && (
                        account is null
                            ? !line.Contains("account=", StringComparison.Ordinal)
                            : line.Contains($"account=\"{account}\"", StringComparison.Ordinal)
                    )
                ),
        ];

    private static async Task<string> TextAsync(Instruments instruments)
    {
        using var page = new MemoryStream();
        await instruments.Registry.CollectAndExportAsTextAsync(page, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(page.ToArray());
    }
}
