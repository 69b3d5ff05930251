using System.Globalization;
using System.Text.Json.Nodes;
using NJsonSchema;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Exporter.Tests.Simulator;

/// <summary>The answers against SendGrid's own OpenAPI documents, where they lie beside the checkout.</summary>
public sealed class OpenApiTests
{
    private const string Statistics = "sendgrid-mc-stats.openapi.yaml";
    private const string SingleSends = "sendgrid-mc-singlesends.openapi.yaml";

    [Theory]
    [InlineData(Statistics, "/v3/marketing/stats/automations", "v3/marketing/stats/automations?page_size=4")]
    [InlineData(Statistics, "/v3/marketing/stats/automations/{id}", "v3/marketing/stats/automations/{automation}?group_by=step_id")]
    [InlineData(
        Statistics,
        "/v3/marketing/stats/automations/{id}",
        "v3/marketing/stats/automations/{automation}?aggregated_by=day&page_size=2"
    )]
    [InlineData(Statistics, "/v3/marketing/stats/automations/{id}", "v3/marketing/stats/automations/{automation}?aggregated_by=week", 400)]
    [InlineData(
        Statistics,
        "/v3/marketing/stats/automations/{id}/links",
        "v3/marketing/stats/automations/{automation}/links?group_by=step_id&page_size=5"
    )]
    [InlineData(
        Statistics,
        "/v3/marketing/stats/automations/{id}/links",
        "v3/marketing/stats/automations/{automation}/links?page_size=51",
        400
    )]
    [InlineData(
        Statistics,
        "/v3/marketing/stats/automations/{id}/links",
        "v3/marketing/stats/automations/00000000-0000-4000-8000-000000000000/links",
        404
    )]
    [InlineData(Statistics, "/v3/marketing/stats/automations/export", "v3/marketing/stats/automations/export")]
    [InlineData(Statistics, "/v3/marketing/stats/singlesends", "v3/marketing/stats/singlesends")]
    [InlineData(
        Statistics,
        "/v3/marketing/stats/singlesends/{id}",
        "v3/marketing/stats/singlesends/{singlesend}?group_by=ab_variation,ab_phase"
    )]
    [InlineData(Statistics, "/v3/marketing/stats/singlesends/{id}/links", "v3/marketing/stats/singlesends/{singlesend}/links?page_size=2")]
    [InlineData(
        Statistics,
        "/v3/marketing/stats/singlesends/{id}/links",
        "v3/marketing/stats/singlesends/00000000-0000-4000-8000-000000000000/links",
        404
    )]
    [InlineData(Statistics, "/v3/marketing/stats/singlesends/export", "v3/marketing/stats/singlesends/export")]
    [InlineData(SingleSends, "/v3/marketing/singlesends", "v3/marketing/singlesends?page_size=1")]
    public async Task An_answer_is_what_SendGrids_document_says(string document, string path, string url, int status = 200)
    {
        var schema = await SchemaAsync(document, path, status);
        // The exports are declared as a JSON string and described as plain text; the string is what can be checked.
        await using var lab = await Lab.WithAsync("csv-as-json");
        var answer = await lab.GetAsync(
            url.Replace("{automation}", lab.Automation.Id, StringComparison.Ordinal)
                .Replace("{singlesend}", lab.SingleSend.Id, StringComparison.Ordinal)
        );
        Assert.Equal(status, answer.Status);
        Assert.Empty(schema.Validate(answer.Text));
    }

    [Theory]
    [InlineData("step-missing")]
    [InlineData("string-numbers")]
    [InlineData("results-null")]
    [InlineData("metadata-missing")]
    public async Task The_document_tells_a_broken_answer(string rule)
    {
        var schema = await SchemaAsync(Statistics, "/v3/marketing/stats/automations/{id}/links", 200);
        await using var lab = await Lab.WithAsync(rule);
        Assert.NotEmpty(schema.Validate((await lab.GetAsync(lab.Links)).Text));
    }

    private static async Task<JsonSchema> SchemaAsync(string name, string path, int status)
    {
        var directory = Environment.GetEnvironmentVariable("SENDGRID_OPENAPI_DIR") ?? Path.Combine(Repository.Root, "..", "shared");
        var file = Path.Combine(directory, name);
        if (!File.Exists(file))
        {
            Assert.Skip($"SendGrid's OpenAPI document {name} is not beside the checkout; SENDGRID_OPENAPI_DIR may name its folder.");
        }

        using var reader = File.OpenText(file);
        var yaml = new YamlStream();
        yaml.Load(reader);
        var document = Json(yaml.Documents[0].RootNode, key: "")!;
        var response = document["paths"]![path]!["get"]!["responses"]![status.ToString(CultureInfo.InvariantCulture)]!;
        if (response["$ref"] is { } shared)
        {
            response = document["components"]!["responses"]![shared.GetValue<string>().Split('/')[^1]]!;
        }

        var schema = response["content"]!["application/json"]!["schema"]!.DeepClone().AsObject();
        var root = new JsonObject { ["allOf"] = new JsonArray(schema), ["definitions"] = document["components"]!["schemas"]!.DeepClone() };
        return await JsonSchema.FromJsonAsync(
            root.ToJsonString().Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );
    }

    /// <summary>YAML to JSON, and OpenAPI's two ways of its own to JSON Schema's.</summary>
    private static JsonNode? Json(YamlNode node, string key) =>
        node switch
        {
            YamlMappingNode map => Schema(
                new(map.Children.Select(pair => KeyValuePair.Create(Text(pair.Key), Json(pair.Value, Text(pair.Key))))),
                key
            ),
            YamlSequenceNode list => new JsonArray([.. list.Children.Select(item => Json(item, key: ""))]),
            YamlScalarNode { Style: ScalarStyle.Plain } scalar => Scalar(Text(scalar)),
            _ => Text(node),
        };

    private static JsonObject Schema(JsonObject schema, string key)
    {
        if (schema["nullable"] is not null)
        {
            schema["type"] = new JsonArray(schema["type"]!.DeepClone(), "null");
            schema.Remove("nullable");
        }

        // Declared as a UUID, described as "all" when not grouped.
        if (key is "ab_variation")
        {
            schema.Remove("format");
        }

        return schema;
    }

    private static JsonNode? Scalar(string text) =>
        long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
        : bool.TryParse(text, out var truth) ? truth
        : text is "null" ? null
        : text;

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value ?? "";
}
