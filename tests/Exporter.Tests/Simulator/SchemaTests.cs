using NJsonSchema;

namespace Exporter.Tests.Simulator;

/// <summary>The answers against schemas of the documented shapes.</summary>
public sealed class SchemaTests
{
    [Theory]
    [InlineData("automation-stats", "v3/marketing/stats/automations?page_size=4")]
    [InlineData("automation-stats", "v3/marketing/stats/automations/{automation}")]
    [InlineData("automation-stats", "v3/marketing/stats/automations/{automation}?group_by=step_id&aggregated_by=day&page_size=50")]
    [InlineData("automation-links", "v3/marketing/stats/automations/{automation}/links?group_by=step_id&page_size=5")]
    [InlineData("automation-links", "v3/marketing/stats/automations/{automation}/links")]
    [InlineData("singlesend-stats", "v3/marketing/stats/singlesends")]
    [InlineData("singlesend-stats", "v3/marketing/stats/singlesends/{singlesend}?group_by=ab_variation,ab_phase&aggregated_by=day")]
    [InlineData("singlesend-links", "v3/marketing/stats/singlesends/{singlesend}/links?group_by=ab_variation,ab_phase&page_size=4")]
    [InlineData("singlesend-links", "v3/marketing/stats/singlesends/{singlesend}/links")]
    [InlineData("singlesends", "v3/marketing/singlesends?page_size=1")]
    [InlineData("automations", "v3/marketing/automations")]
    [InlineData("scopes", "v3/scopes")]
    [InlineData("errors", "v3/marketing/stats/automations/{automation}?aggregated_by=week", 400)]
    [InlineData("errors", "v3/marketing/stats/automations/00000000-0000-4000-8000-000000000000/links", 404)]
    [InlineData("errors", "v3/nothing", 404)]
    public async Task An_answer_has_the_documented_shape(string schema, string url, int status = 200)
    {
        await using var lab = await Lab.StartAsync();
        var answer = await lab.GetAsync(
            url.Replace("{automation}", lab.Automation.Id, StringComparison.Ordinal)
                .Replace("{singlesend}", lab.SingleSend.Id, StringComparison.Ordinal)
        );
        Assert.Equal((status, "application/json"), (answer.Status, answer.ContentType));
        Assert.Empty(await ProblemsAsync(schema, answer.Text));
    }

    [Theory]
    [InlineData("location-missing")]
    [InlineData("step-missing")]
    [InlineData("step-missing=empty")]
    [InlineData("string-numbers")]
    [InlineData("results-null")]
    [InlineData("results-absent")]
    [InlineData("results-absent=result")]
    [InlineData("metadata-missing")]
    [InlineData("metadata-missing=null")]
    [InlineData("metadata-missing=empty")]
    [InlineData("count-odd=missing")]
    [InlineData("count-odd=string")]
    [InlineData("next-relative")]
    [InlineData("next-empty-string")]
    [InlineData("next-null")]
    public async Task The_schema_tells_a_broken_answer(string rule)
    {
        await using var lab = await Lab.WithAsync(rule);
        var page = (
            await lab.GetAsync($"{lab.Links}&page_size={(rule.StartsWith("next-relative", StringComparison.Ordinal) ? 5 : 50)}")
        ).Text;
        Assert.NotEmpty(await ProblemsAsync("automation-links", page));
    }

    private static async Task<ICollection<NJsonSchema.Validation.ValidationError>> ProblemsAsync(string schema, string json)
    {
        var text = await File.ReadAllTextAsync(
            Repository.PathTo($"tests/Exporter.Tests/Simulator/Schemas/{schema}.json"),
            TestContext.Current.CancellationToken
        );
        return (await JsonSchema.FromJsonAsync(text, TestContext.Current.CancellationToken)).Validate(json);
    }
}
