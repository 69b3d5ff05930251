using System.Text.RegularExpressions;
using Exporter.Configuration;
using Exporter.Configuration.Yaml;
using Exporter.Telemetry;

namespace Exporter.Tests.Configuration;

/// <summary>Holds deploy/sendgrid-exporter.example.yml, the reference of all keys, against the code.</summary>
public sealed partial class ExampleTests
{
    private static string Example { get; } = File.ReadAllText(Repository.PathTo("deploy/sendgrid-exporter.example.yml"));

    /// <summary>With the examples in it: a line whose # has no space after it.</summary>
    private static string Uncommented { get; } =
        HiddenLine
            .Replace(Example, "${indent}${yaml}")
            .Replace("api_key_file: /run", "# /run", StringComparison.Ordinal)
            .Replace("headers_file: /run", "# /run", StringComparison.Ordinal);

    [Fact]
    public void The_example_is_good_as_it_stands()
    {
        var result = Read(Example);

        Assert.Empty(result.Problems);
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void The_examples_inside_the_example_are_good_too()
    {
        var result = Read(Uncommented);

        Assert.Empty(result.Problems);
        var account = Assert.Single(result.Options!.Accounts);
        Assert.Equal("welcome-series", Assert.Single(account.Automations.List).Name);
        Assert.Equal("day-1", Assert.Single(account.Automations.List[0].Steps).Name);
        Assert.Equal(new OtlpOptions().Interval, result.Options.Otlp.Interval);
        Assert.Equal(new Uri("http://127.0.0.1:4318/v1/metrics"), result.Options.Otlp.Metrics!.Endpoint);
        Assert.Null(result.Options.Otlp.Traces);
        Assert.Equal("spring-sale", Assert.Single(account.SingleSends.List).Name);
    }

    [Fact]
    public void Every_value_of_the_example_is_the_default()
    {
        var example = Read(Example).Options!;
        var defaults = Read("accounts: [{name: main, api_key: '${SENDGRID_API_KEY}'}]").Options!;

        Assert.Equal(defaults.Poll, example.Poll);
        Assert.Equal(defaults.History, example.History);
        Assert.Equal(defaults.Web, example.Web);
        Assert.Equal(defaults.Links, example.Links);
        Assert.Equal(defaults.Log.InForce, example.Log.InForce);
        var key = defaults.Accounts[0].Api.ApiKey;
        Assert.Equal(defaults.Accounts[0].Api, example.Accounts[0].Api with { ApiKey = key });
        Assert.Equivalent(defaults.Accounts[0].Automations, example.Accounts[0].Automations, strict: true);
        Assert.Equivalent(defaults.Accounts[0].SingleSends, example.Accounts[0].SingleSends, strict: true);
    }

    [Fact]
    public void Every_key_that_the_program_knows_stands_in_the_example_and_no_other()
    {
        var written = new SortedSet<string>(StringComparer.Ordinal);
        Collect(
            YamlComposer.Compose(HiddenLine.Replace(Example, "${indent}${yaml}"), (at, message) => Assert.Fail($"{at}: {message}"))!,
            "",
            written
        );

        Assert.Equal(string.Join('\n', KnownKeys()), string.Join('\n', written));
    }

    /// <summary>What the messages about an unknown key in each section say was expected.</summary>
    internal static SortedSet<string> KnownKeys()
    {
        var problems = ConfigurationReader
            .Read("all.yml", Files.Text("Bad", "unknown-key-in-every-section.yml"), Files.Environment)
            .Problems;
        return new(
            problems.SelectMany(p =>
                p.Message.Split("expected one of ")[1]
                    .Split(", ")
                    .Select(key => Index.Replace(p.Message[..p.Message.IndexOf("zzz", StringComparison.Ordinal)], "") + key)
            ),
            StringComparer.Ordinal
        );
    }

    private static void Collect(YamlNode node, string path, SortedSet<string> keys)
    {
        foreach (var item in (node as YamlList)?.Items ?? [])
        {
            Collect(item, path, keys);
        }

        foreach (var (key, value) in (node as YamlMap)?.Entries ?? [])
        {
            keys.Add(path + key.Text);
            Collect(value, $"{path}{key.Text}.", keys);
        }
    }

    private static ConfigurationResult Read(string text) =>
        ConfigurationReader.Read("example.yml", text, name => name is "SENDGRID_API_KEY" or "OTLP_TOKEN" ? Files.Key : null);

    [GeneratedRegex("^(?<indent> *)#(?<yaml>[^ \n].*)$", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HiddenLine { get; }

    [GeneratedRegex(@"\[[0-9]+\]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Index { get; }
}
