using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.Snapshots;

namespace Exporter.Tests.SendGrid;

/// <summary>A key that is replaced while requests are on their way.</summary>
public sealed class KeyRotationTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    /// <summary>
    /// Whatever the old one was told, a wait beyond the deadline included, and though the last attempt ended in a 403 too.
    /// </summary>
    [Theory]
    [InlineData("401 Unauthorized")]
    [InlineData("403 Forbidden")]
    [InlineData("401 Unauthorized", "Retry-After: 3000")]
    [InlineData("403 Forbidden", "Retry-After: 3000")]
    public async Task A_request_that_was_sent_with_the_old_key_is_sent_again_with_the_new_one(string status, string header = "X-Any: 1")
    {
        await using var server = new WireServer(head =>
            head.Contains("Bearer new", StringComparison.Ordinal) ? WireServer.Ok("""{"results":[]}""") : Rotate("new", status, header)
        );
        var client = Client(server, "old");
        using var attempt = Clients.Attempt(retryForbidden: false);

        var walk = await client.ListAutomationsAsync(attempt);

        Assert.Null(walk.Error);
        Assert.Equal(["old", "new"], server.Requests.Select(Key));
    }

    [Fact]
    public async Task A_new_key_that_is_refused_too_ends_the_attempt()
    {
        await using var server = new WireServer(head => Key(head) is "newer" ? WireServer.Answer("401 Unauthorized", "") : Rotate("newer"));
        var client = Client(server, "old");
        using var attempt = Clients.Attempt();

        var walk = await client.ListAutomationsAsync(attempt);

        Assert.Equal(FailureReason.Unauthorized, walk.Error?.Reason);
        Assert.Equal(["old", "newer"], server.Requests.Select(Key));
    }

    [Fact]
    public async Task The_standing_of_a_key_is_told_without_a_look_at_its_file()
    {
        await using var server = new WireServer(static _ => WireServer.Ok("""{"results":[]}"""));
        var client = Client(server, "old");
        var before = client.Key;

        await File.WriteAllTextAsync(_file, "new", TestContext.Current.CancellationToken);

        Assert.Equal(before.KeyNumber, client.Key.KeyNumber);
        client.RefreshKey();
        Assert.NotEqual(before.KeyNumber, client.Key.KeyNumber);
    }

    private byte[] Rotate(string key, string status = "401 Unauthorized", string header = "X-Any: 1")
    {
        File.WriteAllText(_file, key);
        return WireServer.Answer(status, "", header);
    }

    private SendGridClient Client(WireServer server, string key)
    {
        File.WriteAllText(_file, key);
        return Clients.To(Clients.Account(server.BaseUrl) with { ApiKey = ApiKey.FromFile(_file) });
    }

    private static string Key(string head) =>
        head.Split('\n').Single(line => line.StartsWith("Authorization:", StringComparison.OrdinalIgnoreCase)).Split(' ')[^1].Trim();
}
