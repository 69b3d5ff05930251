using Exporter.SendGrid;
using Exporter.SendGrid.Keys;

namespace Exporter.Tests.SendGrid;

public sealed class ApiKeyTests : IDisposable
{
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

    private ApiKey KeyFile(string text)
    {
        File.WriteAllText(_file, text);
        return ApiKey.FromFile(_file);
    }
}
