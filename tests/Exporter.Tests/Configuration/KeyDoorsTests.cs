using System.Text;
using System.Text.Json;
using CsCheck;
using Exporter.Configuration;
using Exporter.SendGrid.Keys;

namespace Exporter.Tests.Configuration;

/// <summary>A key is looked at the same way wherever it stands: in a file, in YAML, in the environment.</summary>
public sealed class KeyDoorsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    /// <summary>What people give for a key <c>@</c>, and what is said to be found.</summary>
    private static readonly (string Spelling, string Found)[] Bad =
    [
        ("\"@\"", "quotes"),
        ("'@'", "quotes"),
        ("`@`", "quotes"),
        ("\u201C@\u201D", "quotes"),
        ("\u2018@\u2019", "quotes"),
        ("\u201E@\u201C", "quotes"),
        ("\u00AB@\u00BB", "quotes"),
        ("\"@", "quotes"),
        ("@'", "quotes"),
        ("Bearer @", "Bearer"),
        ("bearer\t@", "Bearer"),
        ("BEARER: @", "Bearer"),
        ("Authorization: Bearer @", "Bearer"),
        ("\"Bearer @\"", "Bearer"),
        ("SENDGRID_API_KEY=@", "NAME=value"),
        ("SENDGRID_API_KEY = @", "NAME=value"),
        ("export SENDGRID_API_KEY='@'", "NAME=value"),
        ("key=\"@\"", "NAME=value"),
        ("api_key: @", "NAME: value"),
        ("api_key: \"@\"", "NAME: value"),
        ("api_key:@", "NAME: value"),
        ("accounts:\n  - api_key: @", "NAME: value"),
        ("{\"api_key\":\"@\"}", "JSON"),
        ("{\n  \"api_key\": \"@\"\n}", "JSON"),
        ("[\"@\"]", "JSON"),
        ("${SENDGRID_API_KEY}", "placeholder"),
        ("$SENDGRID_API_KEY", "placeholder"),
        ("%SENDGRID_API_KEY%", "placeholder"),
        ("<your key>", "placeholder"),
        ("<secret>", "placeholder"),
        ("{{ .Values.key }}", "placeholder"),
        ("SG.<id>.<secret>", "placeholder"),
        ("$(cat key)", "placeholder"),
        ("@\n@", "more than one line"),
        ("@\r\n@", "more than one line"),
        ("# the key\n@", "more than one line"),
        ("@\u2028@", "more than one line"),
        ("@ @", "white space"),
        ("@\t@", "white space"),
        ("@\u00A0x", "white space"),
        ("SG. x.y", "white space"),
        ("@\u200B", "invisible"),
        ("\u200B@", "invisible"),
        ("@\u2060x", "invisible"),
        ("x\uFEFF@", "invisible"),
        ("@\u202Ex", "invisible"),
        ("@\u0007", "invisible"),
        ("S\0G\0.\0x\0.\0y\0", "UTF-16"),
        ("@\u00E9", "not ASCII"),
        ("\uFFFD@", "not ASCII"),
        ("\u0405G.x.y", "not ASCII"),
    ];

    private static readonly Gen<(string Text, string Found)> BadKeys = Gen.Select(
        Gen.OneOf(Bad),
        Gen.OneOf("", " ", "\n", "\r\n", "\t"),
        Gen.OneOf("", " ", "\n", "\r\n", "\n\n"),
        static (bad, before, after) => (before + bad.Spelling.Replace("@", Files.Key, StringComparison.Ordinal) + after, bad.Found)
    );

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void What_is_no_key_is_refused_at_every_door_in_the_same_words_and_never_shown() =>
        BadKeys.Sample(
            bad =>
            {
                var said = Doors(bad.Text)
                    .Select(door =>
                    {
                        Assert.Null(door.Result.Options);
                        var message = Assert.Single(door.Result.Problems).Message;
                        Assert.All(Files.Key.Split('.').Skip(1), part => Assert.DoesNotContain(part, message, StringComparison.Ordinal));
                        return message[message.IndexOf("expected", StringComparison.Ordinal)..];
                    });
                Assert.Contains(bad.Found, Assert.Single(said.Distinct(StringComparer.Ordinal)), StringComparison.Ordinal);
            },
            iter: 300,
            threads: 1
        );

    [Theory]
    [InlineData("K")]
    [InlineData(" K\n")]
    [InlineData("K\r\n")]
    [InlineData("\uFEFFK\r\n")]
    [InlineData("\u00A0K\u2003")]
    public void What_editors_put_around_a_key_is_not_part_of_it(string text) =>
        Assert.All(
            Doors(text.Replace("K", Files.Key, StringComparison.Ordinal)),
            door =>
            {
                Assert.Equal("", Files.Printed(door.Result.Problems));
                Assert.DoesNotContain("look", Files.Printed(door.Result.Warnings), StringComparison.Ordinal);
                Assert.Equal(Files.Key, door.Result.Options!.Accounts[0].Api.ApiKey.Reveal());
            }
        );

    [Theory]
    [InlineData("a-key", "does not look like a SendGrid API key")]
    [InlineData("SG.only-half", "does not look like a SendGrid API key")]
    [InlineData("SG..x", "does not look like a SendGrid API key")]
    [InlineData("SG.a.b,", "does not look like a SendGrid API key")]
    [InlineData("sg.a.b", "does not look like a SendGrid API key")]
    [InlineData("U0cuaGVsbG8ud29ybGQ=", "does not look like a SendGrid API key")]
    [InlineData("U0cuaGVsbG8ud29ybGQx==", "does not look like a SendGrid API key")]
    [InlineData("0123456789abcdefghi-_l", "looks like the ID of an API key")]
    public void What_may_be_another_ones_key_is_taken_with_a_warning_at_every_door(string text, string warning) =>
        Assert.All(
            Doors(text),
            door =>
            {
                var doubt = Assert.Single(door.Result.Warnings, each => each.Message.Contains("look", StringComparison.Ordinal));
                Assert.Contains(warning, doubt.Message, StringComparison.Ordinal);
                Assert.DoesNotContain(text, doubt.Message, StringComparison.Ordinal);
                Assert.Equal(text, door.Result.Options!.Accounts[0].Api.ApiKey.Reveal());
            }
        );

    [Fact]
    public void A_file_that_says_that_it_is_UTF16_is_read_as_that()
    {
        File.WriteAllText(_file, Files.Key, Encoding.Unicode);

        Assert.Equal(Files.Key, ApiKey.FromFile(_file).Reveal());
    }

    /// <summary>The same text in every place that a key may come from.</summary>
    private IEnumerable<(string Name, ConfigurationResult Result)> Doors(string text)
    {
        File.WriteAllText(_file, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        yield return ("a file", ConfigurationReader.Read("test.yml", $"accounts: [{{api_key_file: '{_file}'}}]", Files.Environment));
        yield return (
            "a file in the environment",
            ConfigurationSource.Load(file: null, name => name == "SENDGRID_API_KEY_FILE" ? _file : null)
        );
        yield return ("the environment", ConfigurationSource.Load(file: null, name => name == "SENDGRID_API_KEY" ? text : null));
        yield return (
            "a variable",
            ConfigurationReader.Read("test.yml", "accounts: [{api_key: '${BAD}'}]", name => name == "BAD" ? text : null)
        );
        var quoted = JsonSerializer.Serialize(text).Replace("$", "$$", StringComparison.Ordinal);
        yield return ("YAML", ConfigurationReader.Read("test.yml", $"accounts: [{{api_key: {quoted}}}]", Files.Environment));
    }
}
