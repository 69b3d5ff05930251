using Exporter.Disk;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;

namespace Exporter.Tests.SendGrid;

public sealed class ApiKeyTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void A_rotated_file_is_in_use_at_the_next_request()
    {
        var key = KeyFile("SG.old\n");

        File.WriteAllText(_file, "  SG.new\r\n");

        Assert.Equal("SG.new", key.Reveal());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("SG.two words")]
    [InlineData("SG.line\nbreak")]
    [InlineData("SG.schlüssel")]
    [InlineData("SG.nul\0")]
    [InlineData("\"SG.new.key\"")]
    [InlineData("Bearer SG.new.key")]
    [InlineData("SENDGRID_API_KEY=SG.new.key")]
    public void The_last_good_key_stays_while_the_file_holds_none(string text)
    {
        var key = KeyFile("SG.old");

        File.WriteAllText(_file, text);

        Assert.Equal("SG.old", key.Reveal());
    }

    [Fact]
    public void A_file_without_an_end_is_no_key()
    {
        Assert.Equal("it is a device", Assert.Throws<FormatException>(() => ApiKey.FromFile("/dev/zero")).Message);

        var key = KeyFile("SG.old");
        File.WriteAllText(_file, new string('x', 100_000));
        Assert.Equal("SG.old", key.Reveal());
    }

    [Fact]
    public void The_last_good_key_stays_while_the_file_is_gone()
    {
        var key = KeyFile("SG.old");

        File.Delete(_file);
        Assert.Equal("SG.old", key.Reveal());

        File.WriteAllText(_file, "SG.new");
        Assert.Equal("SG.new", key.Reveal());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\t")]
    [InlineData("SG.a b")]
    [InlineData("SG.a\r\nX-Injected: 1")]
    [InlineData("SG.\u200b")]
    public void What_cannot_stand_in_a_header_is_no_key_and_the_complaint_does_not_repeat_it(string text)
    {
        var exception = Assert.Throws<FormatException>(() => ApiKey.FromValue(text));

        Assert.DoesNotContain("SG.", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_a_byte_order_mark_is_read()
    {
        File.WriteAllText(_file, "SG.key", new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.Equal("SG.key", ApiKey.FromFile(_file).Reveal());
    }

    [Fact]
    public void Nothing_that_holds_a_key_shows_it()
    {
        var account = new ApiOptions { ApiKey = ApiKey.FromValue("SG.visible"), OnBehalfOf = "shop" };

        Assert.Equal("<secret>", account.ApiKey.ToString());
        Assert.Contains("<secret>", account.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("SG.visible", $"{account} {account.ApiKey} {account with { Name = "a" }}", StringComparison.Ordinal);
        Assert.DoesNotContain("SG.visible", System.Text.Json.JsonSerializer.Serialize(account.ApiKey), StringComparison.Ordinal);
    }

    /// <summary>A mount whose every read takes longer than a request waits: s33a/f7.</summary>
    [Fact]
    public void The_key_of_a_slow_file_is_in_use_once_it_has_been_read()
    {
        using var answered = new SemaphoreSlim(0);
        var key = Slow("SG.old", answered, static () => "SG.new");

        Assert.Equal("SG.old", key.Reveal());
        answered.Release();

        Assert.True(SpinWait.SpinUntil(() => key.RevealLast() == "SG.new", Long));
    }

    [Fact]
    public void What_a_reload_has_read_of_a_slow_file_is_in_use_and_an_earlier_read_does_not_take_it_back()
    {
        using var answered = new SemaphoreSlim(0);
        using var over = new ManualResetEventSlim();
        var key = Slow("SG.old", answered, () => over.IsSet ? "SG.newest" : "SG.old");
        var client = Clients.To(new ApiOptions { ApiKey = key });
        Assert.Equal("SG.old", key.Reveal());

        var reloaded = client.WithOptions(new ApiOptions { ApiKey = Slow("SG.new", answered, static () => "") }, client.Gate);
        Assert.Same(client, reloaded);

        Assert.Equal("SG.new", key.RevealLast());
        answered.Release();
        over.Set();
        Assert.True(
            SpinWait.SpinUntil(
                () =>
                {
                    // As the earlier read is over, this one begins.
                    Assert.NotEqual("SG.old", key.RevealLast());
                    answered.Release();
                    return key.Reveal() == "SG.newest";
                },
                Long
            )
        );
    }

    /// <summary>It is read once, and so would never be read again: s33b/f5.</summary>
    [Fact]
    public void A_file_in_the_place_of_a_pipe_is_another_key()
    {
        var pipe = ApiKey.FromFile(_file, Content("SG.old") with { IsPipe = true });

        Assert.Equal(pipe, ApiKey.FromFile(_file, Content("SG.old") with { IsPipe = true }));
        Assert.NotEqual(pipe, ApiKey.FromFile(_file, Content("SG.new") with { IsPipe = true }));
        Assert.NotEqual(pipe, ApiKey.FromFile(_file, Content("SG.old")));
        Assert.Equal(ApiKey.FromFile(_file, Content("SG.old")), ApiKey.FromFile(_file, Content("SG.new")));
        Assert.NotEqual(ApiKey.FromFile(_file, Content("SG.old")), ApiKey.FromValue("SG.old"));
    }

    private static FileContent Content(string text) =>
        new(System.Text.Encoding.UTF8.GetBytes(text), Trouble: null, Digest: text, IsPipe: false);

    /// <summary>A key whose file answers when it is told to.</summary>
    private ApiKey Slow(string first, SemaphoreSlim answered, Func<string> then) =>
        ApiKey.FromFile(
            _file,
            Content(first),
            () =>
            {
                var text = then();
                answered.Wait();
                return Content(text);
            }
        );

    private ApiKey KeyFile(string text)
    {
        File.WriteAllText(_file, text);
        return ApiKey.FromFile(_file);
    }
}
