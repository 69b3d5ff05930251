using Exporter.Configuration;

namespace Exporter.Tests.Configuration;

/// <summary>Who mistypes a URL with a password or a token in it does not find that in a log.</summary>
public sealed class SecretInUrlTests
{
    private const string Secret = "s3cr3tPassw0rd";

    private static readonly string[] Forms =
    [
        "user:S@h.example",
        "https:/user:S@h.example",
        @"https:\\user:S@h.example",
        @"https:\user:S@h.example",
        "https//user:S@h.example",
        "https: //user:S@h.example",
        "htps://user:S@h.example",
        "user:S%40h.example@h.example",
        "S@h.example:x",
        "//user:S@h.example",
        "h.example/?token=S",
        "h.example?S",
        "https://h.example /?api_token=S",
        @"https:\h.example?key=S",
        "https://user:${MISSING:-S}@h.example/ x",
    ];

    private static readonly string[] Places =
    [
        "poll: { interval: 'U' }",
        "accounts:\n  - api_key_file: /none\n    base_url: 'U'",
        "accounts:\n  - api_key_file: /none\n    rate: 'U'\n    page_size: 'U'",
        "accounts:\n  - api_key_file: /none\n    page_size: 'U'",
        "accounts:\n  - 'U'",
        "web: { grafana_url: 'U' }",
        "links: { url: 'U' }",
        "otlp: { endpoint: 'U' }",
        "'U': 1",
        "'U': 1\n'U': 2",
        "accounts: ['U', 'U']",
        "log: { 'U': 1 }",
    ];

    public static TheoryData<string> All => [.. Forms];

    [Theory]
    [MemberData(nameof(All))]
    public void A_mistyped_URL_shows_no_part_of_its_secret_wherever_it_stands(string form) =>
        Assert.All(
            Places,
            place =>
            {
                var text = place.Replace("U", form.Replace("S", Secret, StringComparison.Ordinal), StringComparison.Ordinal);
                var read = ConfigurationReader.Read("c.yml", text, static _ => null);

                Assert.NotEmpty(read.Problems);
                Assert.DoesNotContain(
                    read.Problems.Concat(read.Warnings),
                    static problem => problem.ToString().Contains(Secret, StringComparison.Ordinal)
                );
            }
        );

    /// <summary>A message cuts long texts and queries: what is left of a secret must not be its beginning.</summary>
    [Theory]
    [InlineData("${MISSING:-K}")]
    [InlineData("K${MISSING}")]
    [InlineData("${MISSING}K")]
    [InlineData("K?and=more")]
    [InlineData("K?${MISSING:-more}")]
    [InlineData("K-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789")]
    [InlineData("K")]
    public void No_part_of_an_API_key_is_shown_where_an_alias_repeats_it(string form)
    {
        var key = form.Replace("K", "not-a-sg-key", StringComparison.Ordinal);
        var text =
            $"accounts:\n  - api_key: &key '{key}'\n    base_url: *key\n    page_size: *key\n    nmae: *key\nlog: {{ level: *key }}\n";

        var read = ConfigurationReader.Read("c.yml", text, static name => name == "MISSING" ? "set" : null);

        Assert.True(read.Problems.Count >= 4);
        Assert.DoesNotContain(read.Problems, static problem => problem.Message.Contains("not-a-sg", StringComparison.Ordinal));
    }
}
