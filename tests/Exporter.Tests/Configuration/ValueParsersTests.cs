using Exporter.Configuration.Values;

namespace Exporter.Tests.Configuration;

public sealed class ValueParsersTests
{
    /// <summary>Each kind of value, what is one, and what only looks like one.</summary>
    private static readonly Dictionary<string, (Func<string, bool> Takes, string[] Good, string[] Bad)> Kinds = new(StringComparer.Ordinal)
    {
        ["label"] = (Takes(ValueParsers.Label), ["a", " a ", "größe", new('x', 256)], ["", "  ", "a\nb", "a\u0085b", new('x', 257)]),
        ["flag"] = (Takes(ValueParsers.Flag), ["true", "False"], ["", "yes", "1", "on"]),
        ["id"] = (
            Takes(ValueParsers.Id),
            ["5f0c1a3e-0000-4000-8000-000000000001", "abc_DEF-9", new('x', 100)],
            ["", "export", "a/b", "..", "a b", "é", "{5f0c1a3e-0000-4000-8000-000000000001}", new('x', 101)]
        ),
        ["origin"] = (
            Takes(ValueParsers.Origin),
            ["https://api.sendgrid.com", "https://x:8443/", "http://localhost:8080", "http://127.0.0.1", "http://[::1]:1"],
            [
                "",
                "api.sendgrid.com",
                "http://api.sendgrid.com",
                "http://localhost.example",
                "http://127.0.0.1.example",
                "https://x/v3",
                "https://x/?a",
                "https://x/#a",
                "https://user@x",
                "https://@x",
                "ftp://localhost",
            ]
        ),
        ["web address"] = (
            Takes(ValueParsers.WebAddress),
            ["", "http://grafana:3000/a/b", "https://grafana.example"],
            ["/a", "ftp://x", "https://user:password@x", "https://x/?a=1", "https://x/#a", " "]
        ),
        ["user name"] = (Takes(ValueParsers.UserName), ["", "a b:c", "~", new('x', 256)], ["é", "a\r\nX: y", "\u007f", new('x', 257)]),
        ["file name"] = (Takes(ValueParsers.FileName), ["a b", "/größe"], ["", " ", "a\0b", "a\n"]),
        ["user of basic auth"] = (Takes(ValueParsers.BasicAuthUser), ["a b", "größe"], ["", "a:b", "a\t", new('x', 257)]),
        ["bcrypt hash"] = (
            Takes(ValueParsers.BcryptHash),
            [Bcrypt("2y", "10"), Bcrypt("2a", "04"), Bcrypt("2b", "16")],
            [
                "",
                Bcrypt("2y", "03"),
                Bcrypt("2y", "17"),
                Bcrypt("2y", "31"),
                Bcrypt("2x", "10"),
                Bcrypt("2y", "10") + "\n",
                Bcrypt("2y", "10")[1..],
            ]
        ),
        ["header"] = (Takes(ValueParsers.HeaderValue), ["Bearer a b", " "], ["", "a\nb", "é", "a\u007f"]),
        ["pem"] = (Takes(ValueParsers.Pem), ["x\n-----BEGIN CERTIFICATE-----\n"], ["", "BEGIN CERTIFICATE"]),
        ["duration"] = (Takes(ValueParsers.Duration("10s", "2h")), ["10s", "120m", "2h", "7200s"], ["9s", "7201s", "3h", "1d", "", "10"]),
        ["size"] = (Takes(ValueParsers.ByteSize("1MiB", "1GiB")), ["1MiB", "1024KiB", "1GiB"], ["1023KiB", "1025MiB", "", "1", "1MB"]),
        ["whole number"] = (
            Takes(ValueParsers.WholeNumber(1, 50)),
            ["1", "50", "007"],
            ["0", "51", "-1", "+1", " 1", "1.0", "٥", "1e1", ""]
        ),
        ["number"] = (
            Takes(ValueParsers.Number(0.5, 50)),
            ["0.5", ".5", "50", "1."],
            ["0.49", "50.1", "NaN", "Infinity", "∞", "1e1", "1,5", "-1", "+1", " 1", ""]
        ),
        ["choice"] = (Takes(ValueParsers.Choice(("one", Amount.One), ("two", Amount.Two))), ["one", "two"], ["", "One", "three", "0"]),
    };

    public static TheoryData<string> Names => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_kind_of_value_takes_what_is_one_and_nothing_that_only_looks_like_it(string name)
    {
        var (takes, good, bad) = Kinds[name];

        Assert.All(good, text => Assert.True(takes(text), text));
        Assert.All(bad, text => Assert.False(takes(text), text));
    }

    /// <summary>SendGrid's UUIDs are found however they were copied; of any other id the case may matter.</summary>
    [Theory]
    [InlineData("5F0C1A3E-0000-4000-8000-00000000000A", "5f0c1a3e-0000-4000-8000-00000000000a")]
    [InlineData("AbC", "AbC")]
    [InlineData("5F0C1A3E000040008000000000000001", "5F0C1A3E000040008000000000000001")]
    public void A_uuid_is_written_as_the_api_writes_it_and_any_other_id_stays(string text, string id)
    {
        Assert.True(ValueParsers.Id.TryRead(text, out var read));
        Assert.Equal(id, read);
    }

    [Fact]
    public void A_choice_is_told_with_all_its_words_and_reads_as_what_the_word_stands_for()
    {
        var choice = ValueParsers.Choice(("one", Amount.One), ("two", Amount.Two), ("zero", Amount.Zero));

        Assert.Equal("one, two or zero", choice.Expected);
        Assert.True(choice.TryRead("two", out var value));
        Assert.Equal(Amount.Two, value);
    }

    /// <summary>It is all that stands between a message and a secret.</summary>
    [Fact]
    public void Keys_hashes_and_certificates_are_secret() =>
        Assert.True(ValueParsers.ApiKey.IsSecret && ValueParsers.BcryptHash.IsSecret && ValueParsers.Pem.IsSecret);

    [Fact]
    public void No_web_address_is_the_empty_text()
    {
        Assert.True(ValueParsers.WebAddress.TryRead("", out var none));
        Assert.Null(none);
        Assert.True(ValueParsers.WebAddress.TryRead("https://x", out var some));
        Assert.Equal(new Uri("https://x"), some);
    }

    private static Func<string, bool> Takes<T>(ValueParser<T> kind) => text => kind.TryRead(text, out _);

    private static string Bcrypt(string kind, string cost) => $"${kind}${cost}${new string('u', 53)}";

    private enum Amount
    {
        Zero,
        One,
        Two,
    }
}
