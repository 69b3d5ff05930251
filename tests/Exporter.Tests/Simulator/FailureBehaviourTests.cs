using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Simulator;

/// <summary>What each refusal, limit, failure and trouble on the wire looks like.</summary>
public sealed class FailureBehaviourTests
{
    private const long Now = 1_800_000_000;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(Now));

    [Theory]
    [InlineData("401-bad-key", 401, "The provided authorization grant is invalid, expired, or revoked")]
    [InlineData("403-scope", 403, "access forbidden")]
    [InlineData("403-legacy-account", 403, "access forbidden")]
    [InlineData("429-no-headers", 429, "too many requests")]
    [InlineData("status=507", 507, "simulated status 507")]
    public async Task It_refuses_with_the_errors_body_and_no_rate_limit_headers(string rule, int status, string message)
    {
        await using var lab = await Lab.WithAsync(rule);
        var answer = await lab.GetAsync(lab.Links);
        Assert.Equal((status, message, "application/json"), (answer.Status, answer.Message, answer.ContentType));
        Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("X-Rate", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_legacy_account_is_refused_marketing_campaigns_only()
    {
        await using var lab = await Lab.WithAsync("403-legacy-account");
        Assert.Equal(200, (await lab.GetAsync("v3/scopes")).Status);
    }

    [Theory]
    [InlineData("401-flap=90", 401, 90)]
    [InlineData("500-burst=90", 500, 90)]
    [InlineData("401-flap", 401, 120)]
    [InlineData("500-burst", 500, 180)]
    public async Task It_fails_for_a_while_and_heals_by_itself(string rule, int status, int seconds)
    {
        await using var lab = await Lab.WithAsync(rule, _time);
        Assert.Equal(status, (await lab.GetAsync(Lab.List)).Status);
        _time.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.Equal(status, (await lab.GetAsync(Lab.List)).Status);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await lab.GetAsync(Lab.List)).Status);
    }

    [Fact]
    public async Task Sporadic_403_hits_every_so_many_requests()
    {
        await using var lab = await Lab.WithAsync("403-sporadic=3");
        var statuses = new List<int>();
        for (var i = 0; i < 7; i++)
        {
            statuses.Add((await lab.GetAsync(Lab.List)).Status);
        }

        Assert.Equal([200, 200, 403, 200, 200, 403, 200], statuses);
    }

    [Theory]
    [InlineData("429-epoch", 429, 37)]
    [InlineData("429-epoch=5", 429, 5)]
    [InlineData("429-header-case", 429, 37)]
    [InlineData("429-clock-skew", 429, 3637)]
    [InlineData("429-clock-skew=-600/5", 429, -595)]
    [InlineData("remaining-zero-on-200", 200, 37)]
    [InlineData("remaining-zero-on-200=4", 200, 4)]
    public async Task Reset_is_in_epoch_seconds_and_nothing_remains(string rule, int status, int seconds)
    {
        await using var lab = await Lab.WithAsync(rule, _time);
        var answer = await lab.GetAsync(Lab.List);
        Assert.Equal(status, answer.Status);
        var prefix = rule is "429-header-case" ? "X-Ratelimit-" : "X-RateLimit-";
        Assert.Equal(("600", "0"), (answer.Headers[prefix + "Limit"], answer.Headers[prefix + "Remaining"]));
        Assert.Equal((Now + seconds).ToString(CultureInfo.InvariantCulture), answer.Headers[prefix + "Reset"]);
        var skew = rule switch
        {
            "429-clock-skew" => 3600,
            "429-clock-skew=-600/5" => -600,
            _ => 0,
        };
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(Now + skew).ToString("R", CultureInfo.InvariantCulture), answer.Headers["Date"]);
    }

    [Theory]
    [InlineData("429-retry-after", "37")]
    [InlineData("429-retry-after=5", "5")]
    [InlineData("429-retry-after=date/10", "Fri, 15 Jan 2027 08:00:10 GMT")]
    public async Task Retry_after_is_seconds_or_a_date(string rule, string value)
    {
        await using var lab = await Lab.WithAsync(rule, _time);
        var answer = await lab.GetAsync(Lab.List);
        Assert.Equal((429, value), (answer.Status, answer.Headers["Retry-After"]));
    }

    [Fact]
    public async Task A_429_can_be_empty()
    {
        await using var lab = await Lab.WithAsync("429-empty-body");
        var answer = await lab.GetAsync(Lab.List);
        Assert.Equal((429, "", ""), (answer.Status, answer.Text, answer.ContentType));
    }

    [Theory]
    [InlineData("502-html", 502, "text/html", 6023)]
    [InlineData("200-html", 200, "text/html", 0)]
    [InlineData("502-message", 502, "application/json", 35)]
    public async Task Not_every_body_is_an_errors_body(string rule, int status, string type, int length)
    {
        await using var lab = await Lab.WithAsync(rule);
        var answer = await lab.GetAsync(Lab.List);
        Assert.Equal((status, type), (answer.Status, answer.ContentType));
        Assert.DoesNotContain("errors", answer.Text, StringComparison.Ordinal);
        Assert.True(length == 0 || answer.Body.Length == length, answer.Text);
    }

    [Theory]
    [InlineData("redirect", 302)]
    [InlineData("redirect=308", 308)]
    public async Task A_redirect_leads_to_the_other_origin(string rule, int status)
    {
        await using var lab = await Lab.WithAsync(rule);
        var answer = await lab.GetAsync(Lab.List + "?page_size=5");
        Assert.Equal((status, lab.SendGrid.OtherOrigin + Lab.List + "?page_size=5"), (answer.Status, answer.Headers["Location"]));
    }

    [Fact]
    public async Task Reset_mid_body_breaks_the_connection()
    {
        await using var lab = await Lab.WithAsync("reset-mid-body");
        await Assert.ThrowsAsync<HttpRequestException>(() => lab.GetAsync(Lab.List));
        Assert.Equal(200, lab.SendGrid.Requests.Snapshot()[0].Status);
    }

    [Fact]
    public async Task Truncated_json_ends_in_the_middle()
    {
        await using var lab = await Lab.WithAsync("truncated-json");
        var answer = await lab.GetAsync(Lab.List);
        Assert.Equal(200, answer.Status);
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => answer.Json);
    }

    [Fact]
    public async Task The_charset_can_be_misspelt()
    {
        await using var lab = await Lab.WithAsync("charset-utf8");
        Assert.Equal("application/json; charset=utf8", (await lab.GetAsync(Lab.List)).ContentType);
    }

    [Fact]
    public async Task Gzip_comes_only_when_asked_for()
    {
        await using var lab = await Lab.StartAsync();
        var plain = await lab.GetAsync(Lab.List);
        lab.SendGrid.Behaviours.Add("gzip");
        Assert.Equal(plain.Text, (await lab.GetAsync(Lab.List)).Text);
        var answer = await lab.GetAsync(Lab.List, headers => headers.Add("Accept-Encoding", "br, gzip"));
        Assert.Equal("gzip", answer.Headers["Content-Encoding"]);
        await using var gzip = new GZipStream(new MemoryStream(answer.Body), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        Assert.Equal(plain.Text, await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_bom_comes_before_the_json()
    {
        await using var lab = await Lab.WithAsync("bom");
        Assert.Equal(Encoding.UTF8.GetPreamble(), (await lab.GetAsync(Lab.List)).Body[..3]);
    }

    [Fact]
    public async Task Chunks_have_no_length_and_hold_everything()
    {
        await using var lab = await Lab.StartAsync();
        var plain = await lab.GetAsync(Lab.List);
        lab.SendGrid.Behaviours.Add("chunked");
        var answer = await lab.GetAsync(Lab.List);
        Assert.Equal((plain.Text, "chunked"), (answer.Text, answer.Headers["Transfer-Encoding"]));
        Assert.DoesNotContain("Content-Length", answer.Headers.Keys);
    }

    [Theory]
    [InlineData("csv-as-json", "application/json", '"')]
    [InlineData("csv-as-json=plain", "text/plain", 'd')]
    [InlineData("csv-as-json=csv", "text/csv", 'd')]
    public async Task The_csv_can_be_of_another_type(string rule, string type, char start)
    {
        await using var lab = await Lab.WithAsync(rule);
        var answer = await lab.GetAsync(Lab.List + "/export");
        Assert.Equal((type, start), (answer.ContentType, answer.Text[0]));
        Assert.Equal("application/json", (await lab.GetAsync(Lab.List)).ContentType);
    }
}
