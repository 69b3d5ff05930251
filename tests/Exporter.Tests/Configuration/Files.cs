using Exporter.Configuration;

namespace Exporter.Tests.Configuration;

/// <summary>The YAML files beside the tests, and the environment in which they are read.</summary>
internal static class Files
{
    /// <summary>In the shape of a real key, and nobody's.</summary>
    public const string Key = "SG.0123456789abcdefghijkl.0123456789abcdefghijklmnopqrstuvwxyz0123456";

    private static readonly Dictionary<string, string> Variables = new(StringComparer.Ordinal)
    {
        ["KEY"] = Key,
        ["EMPTY"] = "",
        ["WORD"] = "word",
        ["SENDGRID_API_KEY_FOR_TESTS"] = Key,
    };

    public static string? Environment(string name) => Variables.GetValueOrDefault(name);

    public static TheoryData<string> In(string folder) =>
        [
            .. Directory
                .GetFiles(Repository.PathTo($"tests/Exporter.Tests/Configuration/{folder}"), "*.yml")
                .Select(f => Path.GetFileName(f))
                .Order(StringComparer.Ordinal),
        ];

    public static string Text(string folder, string name) =>
        File.ReadAllText(Repository.PathTo($"tests/Exporter.Tests/Configuration/{folder}/{name}"));

    /// <summary>The messages that a file's first lines announce, as they are printed.</summary>
    public static string Expected(string name, string text, string keyword) =>
        string.Join(
            '\n',
            text.Split('\n')
                .Where(line => line.StartsWith($"# {keyword}: ", StringComparison.Ordinal))
                .Select(line => $"{name}:{line[(keyword.Length + 4)..]}")
        );

    public static string Printed(IEnumerable<Problem> problems) => string.Join('\n', problems);

    public static ConfigurationResult Read(string text) => ConfigurationReader.Read("test.yml", text, Environment);

    /// <summary>An account that is in order, for tests of everything else.</summary>
    public static string WithAccount(string rest) => $"accounts: [{{api_key: '${{KEY}}'}}]\n{rest}";
}
