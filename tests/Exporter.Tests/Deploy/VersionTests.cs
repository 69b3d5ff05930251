using System.Text.RegularExpressions;

namespace Exporter.Tests.Deploy;

/// <summary>The version stands in Directory.Build.props; whatever else names it says the same.</summary>
public sealed partial class VersionTests
{
    private static readonly string Version = VersionPrefix().Match(RepositoryFiles.Read("Directory.Build.props")).Groups["version"].Value;

    [Fact]
    public void The_chart_has_the_version_of_the_program()
    {
        var chart = RepositoryFiles.ReadYaml("deploy/helm/sendgrid-exporter/Chart.yaml");

        Assert.Equal((Version, Version), (chart.Text("version"), chart.Text("appVersion")));
    }

    [Theory]
    [InlineData("demo")]
    [InlineData("production")]
    public void The_overlays_run_the_image_of_this_version(string overlay)
    {
        var image = Assert.Single(RepositoryFiles.ReadYaml($"deploy/kubernetes/overlays/{overlay}/kustomization.yaml").Items("images"));

        Assert.Equal(("sendgrid-exporter", Version), (image.Text("name"), image.Text("newTag")));
    }

    [Fact]
    public void The_image_is_labelled_with_this_version() =>
        Assert.Contains($"\nARG VERSION={Version}\n", RepositoryFiles.Read("Dockerfile"), StringComparison.Ordinal);

    [Fact]
    public void The_changelog_begins_with_this_version_or_with_what_will_become_it()
    {
        var headings = Heading().Matches(RepositoryFiles.Read("CHANGELOG.md")).Select(match => match.Groups["version"].Value).ToList();
        var released = headings.Where(heading => heading != "Unreleased").Select(System.Version.Parse).ToList();

        Assert.Equal(released.OrderDescending(), released);
        Assert.True(
            headings[0] == Version || (headings[0] == "Unreleased" && (released.Count == 0 || released[0] < System.Version.Parse(Version))),
            $"CHANGELOG.md begins with {headings[0]}; the version is {Version}."
        );
    }

    [Fact]
    public void Every_entry_of_the_changelog_says_what_kind_of_change_it_is() =>
        Assert.All(
            RepositoryFiles.Read("CHANGELOG.md").Split('\n').Where(line => line.StartsWith("* ", StringComparison.Ordinal)),
            line => Assert.Matches(@"^\* \[(CHANGE|FEATURE|ENHANCEMENT|BUGFIX|SECURITY)\] ", line)
        );

    [GeneratedRegex("<VersionPrefix>(?<version>[0-9.]+)</VersionPrefix>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VersionPrefix();

    /// <summary><c>## Unreleased</c>, <c>## 1.2.3 / 2026-12-24</c>.</summary>
    [GeneratedRegex(
        "^## (?<version>Unreleased|[0-9.]+(?= / [0-9]{4}-[0-9]{2}-[0-9]{2}$))",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        1000
    )]
    private static partial Regex Heading();
}
