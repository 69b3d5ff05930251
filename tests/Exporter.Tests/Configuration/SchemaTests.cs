using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Exporter.Configuration;
using Exporter.Configuration.Yaml;
using NJsonSchema;

namespace Exporter.Tests.Configuration;

/// <summary>Holds deploy/sendgrid-exporter.schema.json, by which editors complete and check the file, against the reader.</summary>
public sealed partial class SchemaTests
{
    private static readonly string Text = File.ReadAllText(Repository.PathTo("deploy/sendgrid-exporter.schema.json"));

    private static readonly JsonNode Schema = JsonNode.Parse(Text)!;

    private static readonly Lazy<Task<JsonSchema>> Validator = new(static () => JsonSchema.FromJsonAsync(Text));

    /// <summary>
    /// Bad files whose mistake no schema sees: rules across keys and lists, the environment, files, and what is no YAML or none that it can
    /// type.
    /// </summary>
    private static readonly HashSet<string> Beyond = new(StringComparer.Ordinal)
    {
        "automation-id-twice.yml",
        "automation-id-twice-in-other-case.yml",
        "automation-name-is-anothers-id.yml",
        "automation-name-twice.yml",
        "name-missing-of-several.yml",
        "name-twice.yml",
        "idle-below-default-interval.yml",
        "idle-below-interval.yml",
        "max-age-below-an-automations-interval.yml",
        "max-age-below-idle-interval.yml",
        "max-age-below-interval.yml",
        "max-age-default-below-interval.yml",
        "api-key-unset-variable.yml",
        "variable-in-a-default.yml",
        "variable-unset.yml",
        "variable-with-a-bad-value.yml",
        "api-key-file-directory.yml",
        "api-key-file-a-device.yml",
        "api-key-file-is-a-key.yml",
        "api-key-file-missing.yml",
        "otlp-headers-file-missing.yml",
        "api-key-twice.yml",
        "duplicate-key.yml",
        "key-is-a-list.yml",
        "two-documents.yml",
    };

    public static TheoryData<string> BadFiles =>
        [
            .. Files
                .In("Bad")
                .Select(file => file.Data)
                .Where(file => !Beyond.Contains(file) && Compose(Files.Text("Bad", file)) is not null),
        ];

    [Fact]
    public void It_has_every_key_that_the_program_knows_and_no_other() =>
        Assert.Equal(
            string.Join('\n', ExampleTests.KnownKeys()),
            string.Join(
                '\n',
                Keys(Schema, "").Select(key => Index.Replace(key.Path, "")).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            )
        );

    [Fact]
    public void Every_key_is_explained() =>
        Assert.Empty(
            Keys(Schema, "").Where(key => key.Node["description"]?.GetValue<string>() is not { Length: > 5 }).Select(key => key.Path)
        );

    [Fact]
    public void Its_defaults_are_those_of_the_program()
    {
        var example = Compose(File.ReadAllText(Repository.PathTo("deploy/sendgrid-exporter.example.yml")))!;
        var defaults = Keys(Schema, "").Where(key => key.Node["default"] is not null).ToList();

        Assert.True(defaults.Count > 20);
        Assert.All(defaults, key => Assert.True(JsonNode.DeepEquals(key.Node["default"], At(example, key.Path)), key.Path));
    }

    [Fact]
    public async Task It_accepts_the_example_and_what_GET_config_shows()
    {
        var text = await File.ReadAllTextAsync(
            Repository.PathTo("deploy/sendgrid-exporter.example.yml"),
            TestContext.Current.CancellationToken
        );
        var options = ConfigurationReader.Read("example.yml", text, static name => name == "SENDGRID_API_KEY" ? Files.Key : null).Options!;

        Assert.Empty(await ProblemsAsync(Compose(text)!));
        Assert.Empty(
            await ProblemsAsync(Compose(ConfigurationWriter.Write(options).Replace("<secret>", "${KEY}", StringComparison.Ordinal))!)
        );
    }

    [Theory]
    [MemberData(nameof(BadFiles))]
    public async Task It_refuses_a_bad_file(string name) => Assert.NotEmpty(await ProblemsAsync(Compose(Files.Text("Bad", name))!));

    [Fact]
    public async Task What_it_cannot_see_is_named_for_a_reason()
    {
        foreach (var name in Beyond)
        {
            Assert.True(
                Compose(Files.Text("Bad", name)) is not { } file || (await ProblemsAsync(file)).Count == 0,
                $"{name} is seen after all"
            );
        }
    }

    /// <summary>Each value at each key: the reader takes it exactly when the schema does.</summary>
    [Fact]
    public async Task It_takes_at_each_key_what_the_reader_takes_and_nothing_else()
    {
        JsonNode?[] values =
        [
            null,
            true,
            false,
            0,
            1,
            2,
            50,
            64,
            65,
            100,
            101,
            2000,
            100_000,
            100_001,
            -1,
            0.1,
            0.05,
            0.5,
            999.5,
            1000,
            1001,
            1.5,
            "",
            " ",
            "word",
            "config",
            "undocumented-api",
            "none",
            "host",
            "path",
            "full",
            "Path",
            "yes",
            "debug",
            "info",
            "warn",
            "error",
            "warning",
            "0s",
            "1s",
            "30s",
            "86400s",
            "86401s",
            "5m",
            "1440m",
            "1441m",
            "23h",
            "24h",
            "25h",
            "1d",
            "2d",
            "30d",
            "3650d",
            "3651d",
            "87600h",
            "87601h",
            "5 m",
            "-5m",
            "5m30s",
            "2w",
            "1.5h",
            "1023KiB",
            "1024KiB",
            "1073741824KiB",
            "1073741825KiB",
            "0MiB",
            "1MiB",
            "512MiB",
            "1048576MiB",
            "1048577MiB",
            "1GiB",
            "1024GiB",
            "1025GiB",
            "9999999999999GiB",
            "512MB",
            "512 MiB",
            "512mib",
            "-1GiB",
            "1.5GiB",
            "MiB",
            "5f0c1a3e-0000-4000-8000-000000000001",
            "5F0C1A3E-0000-4000-8000-000000000001",
            "5f0c1a3e000040008000000000000001",
            "{5f0c1a3e-0000-4000-8000-000000000001}",
            "https://api.sendgrid.com",
            "https://api.sendgrid.com/",
            "https://api.sendgrid.com/v3",
            "https://api.sendgrid.com?x=1",
            "http://api.sendgrid.com",
            "http://localhost:8080",
            "http://127.0.0.1:1",
            "http://[::1]:1/",
            "ftp://x.example",
            "https://me:pw@x.example",
            "https://grafana.example/sub",
            new string('x', 256),
            new string('x', 257),
            "a\tb",
            "ü",
            "export",
            "exports",
            new string('x', 100),
            new string('x', 101),
            "x=",
            "a_-9",
            "<x>",
            "%x%",
            "a%b",
            "a`b",
            "x'y",
            new JsonArray(),
            new JsonObject(),
            new JsonArray("x"),
            new JsonObject { ["zzz"] = 1 },
        ];
        var wrong = new List<string>();
        foreach (var (path, _) in Keys(Schema, "").Where(key => !key.Path.EndsWith("_file", StringComparison.Ordinal)))
        {
            foreach (var value in values)
            {
                var document = Document(path, value);
                var text = document.ToJsonString();
                var bySchema = (await ProblemsAsync(document)).Count == 0;
                var byReader = !Files.Read(text).Problems.Any(problem => IsAbout(problem.Message, path));
                if (bySchema != byReader && !IsUnlike(path, value))
                {
                    wrong.Add($"{path} = {value?.ToJsonString() ?? "null"}: the schema says {bySchema}, the reader {byReader}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task A_variable_may_stand_for_any_value()
    {
        foreach (var (path, node) in Keys(Schema, "").Where(key => key.Node["properties"] is null && key.Node["items"] is null))
        {
            Assert.True((await ProblemsAsync(Document(path, "${NAME}"))).Count == 0, $"{path} {node}");
        }
    }

    /// <summary>
    /// Where the two intentionally differ: the reader takes a number for a word, and text for a number, for it sees text only.
    /// </summary>
    private static bool IsUnlike(string path, JsonNode? value) =>
        value is JsonValue number
        && number.GetValueKind()
            is System.Text.Json.JsonValueKind.Number
                or System.Text.Json.JsonValueKind.True
                or System.Text.Json.JsonValueKind.False
        && (path.EndsWith("api_key", StringComparison.Ordinal) || path.EndsWith("on_behalf_of", StringComparison.Ordinal));

    private static bool IsAbout(string message, string path) =>
        message.StartsWith($"{path}: ", StringComparison.Ordinal)
        || message.StartsWith($"{path}[", StringComparison.Ordinal)
        || message.StartsWith($"{path}.", StringComparison.Ordinal);

    /// <summary>The smallest good file, with a value at a key.</summary>
    private static JsonObject Document(string path, JsonNode? value)
    {
        var root = new JsonObject { ["accounts"] = new JsonArray(new JsonObject { ["api_key"] = "${KEY}" }) };
        JsonNode at = root;
        var steps = path.Split('.');
        foreach (var step in steps[..^1])
        {
            var name = Index.Replace(step, "");
            if (at[name] is null)
            {
                var entry = new JsonObject();
                if (step.EndsWith(']'))
                {
                    entry["id"] = "5f0c1a3e-0000-4000-8000-000000000002";
                    entry["name"] = "named";
                }

                at[name] = step.EndsWith(']') ? new JsonArray(entry) : entry;
            }

            at = step.EndsWith(']') ? at[name]![0]! : at[name]!;
        }

        if (steps is ["otlp", not "endpoint"])
        {
            at["endpoint"] = "http://localhost:4318";
        }

        if (steps[^1] is "api_key_file")
        {
            (at as JsonObject)!.Remove("api_key");
        }

        at[steps[^1]] = value?.DeepClone();
        return root;
    }

    /// <summary>Every key with its place, entries of lists as the first one.</summary>
    private static IEnumerable<(string Path, JsonNode Node)> Keys(JsonNode node, string path)
    {
        foreach (var (name, child) in (node["properties"] as JsonObject)?.AsEnumerable() ?? [])
        {
            yield return (path + name, child!);
            var (below, inner) = child!["items"] is { } items ? ($"{path}{name}[0].", items) : ($"{path}{name}.", child);
            foreach (var key in Keys(inner, below))
            {
                yield return key;
            }
        }
    }

    private static JsonNode? At(JsonNode root, string path) =>
        path.Split('.').Aggregate((JsonNode?)root, static (at, step) => step.EndsWith(']') ? at?[Index.Replace(step, "")]?[0] : at?[step]);

    private static async Task<ICollection<NJsonSchema.Validation.ValidationError>> ProblemsAsync(JsonNode document) =>
        (await Validator.Value).Validate(document.ToJsonString());

    /// <summary>The file as an editor's YAML reader types it; <see langword="null"/> when it is no YAML.</summary>
    private static JsonNode? Compose(string text)
    {
        var isBroken = false;
        var node = YamlComposer.Compose(
            text,
            (_, message) =>
                isBroken |=
                    message.StartsWith("cannot be read", StringComparison.Ordinal)
                    || message.StartsWith("expected spaces", StringComparison.Ordinal)
        );
        return isBroken || node is null ? null : Typed(node);
    }

    private static JsonNode? Typed(YamlNode node) =>
        node switch
        {
            YamlScalar { IsNull: true } => null,
            YamlScalar { IsPlain: true, Text: "true" or "false" } flag => flag.Text == "true",
            YamlScalar { IsPlain: true } scalar when Number.IsMatch(scalar.Text) => JsonNode.Parse(
                double.Parse(scalar.Text, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
            ),
            YamlScalar scalar => scalar.Text,
            YamlList list => new JsonArray([.. list.Items.Select(Typed)]),
            YamlMap map => new JsonObject(
                map.Entries.DistinctBy(entry => entry.Key.Text, StringComparer.Ordinal)
                    .Select(entry => KeyValuePair.Create(entry.Key.Text, Typed(entry.Value)))
            ),
            _ => null,
        };

    [GeneratedRegex(@"\[[0-9]+\]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Index { get; }

    [GeneratedRegex(@"^[-+]?[0-9]+(\.[0-9]+)?$", RegexOptions.None | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number { get; }
}
