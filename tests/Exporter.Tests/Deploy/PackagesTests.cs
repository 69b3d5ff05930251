using System.Text.RegularExpressions;
using Exporter.Cli;
using Exporter.Hosting;

namespace Exporter.Tests.Deploy;

/// <summary>What is in the packages, and what is said of them. Their life is lived in <c>tests/packages</c>.</summary>
public sealed partial class PackagesTests
{
    private const string Defaults = "deploy/packaging/sendgrid-exporter.default";

    public static TheoryData<string> Artifacts =>
        [
            .. ArtifactLine()
                .Matches(RepositoryFiles.Read("deploy/release.sh"))
                .Select(static match => match.Groups["ending"].Value)
                .Distinct(StringComparer.Ordinal),
        ];

    public static TheoryData<string> DropIns =>
        [.. Directory.EnumerateFiles(Repository.PathTo("deploy/systemd/examples")).Select(static file => Path.GetFileName(file))];

    public static TheoryData<string> Variables =>
        [.. Variable().Matches(RepositoryFiles.Read(Defaults)).Select(static match => match.Groups["name"].Value)];

    [Theory]
    [MemberData(nameof(Variables))]
    public void Each_variable_of_the_default_file_is_one_that_the_program_reads(string name) =>
        Assert.Contains(
            name,
            CommandLine
                .Root(new Surroundings())
                .Subcommands.SelectMany(static command => command.Options)
                .Select(static option => $"SENDGRID_EXPORTER_{option.Name[2..].Replace('.', '_').Replace('-', '_').ToUpperInvariant()}")
                .Concat(["SENDGRID_API_KEY", "SENDGRID_API_KEY_FILE"])
        );

    [Fact]
    public void One_place_of_the_key_is_chosen_by_the_default_file_and_it_is_the_one_of_the_quick_start()
    {
        var chosen = Assert.Single(RepositoryFiles.Read(Defaults).Split('\n'), static line => line.Length > 0 && line[0] != '#');

        Assert.Equal("SENDGRID_API_KEY_FILE=/etc/sendgrid-exporter/api_key", chosen);
        Assert.Contains("/etc/sendgrid-exporter/api_key\n", RepositoryFiles.Read("deploy/README.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_unit_starts_without_a_credential_and_without_its_default_file()
    {
        var unit = RepositoryFiles.Read("deploy/systemd/sendgrid-exporter.service").Split('\n');

        Assert.DoesNotContain(unit, static line => line.StartsWith("LoadCredential", StringComparison.Ordinal));
        Assert.All(
            unit.Where(static line => line.StartsWith("EnvironmentFile=", StringComparison.Ordinal)),
            static line => Assert.StartsWith("EnvironmentFile=-", line, StringComparison.Ordinal)
        );
        Assert.DoesNotContain(unit, static line => line.StartsWith("Environment=SENDGRID_API_", StringComparison.Ordinal));
    }

    /// <summary>
    /// systemd: what stands in <c>EnvironmentFile=</c> wins over <c>Environment=</c>; to the program a flag wins over both.
    /// </summary>
    [Fact]
    public void The_unit_sets_no_flag_so_each_twin_in_the_default_file_wins()
    {
        var unit = RepositoryFiles.Read("deploy/systemd/sendgrid-exporter.service").Split('\n');

        Assert.Equal(
            ["ExecStart=/usr/bin/sendgrid-exporter"],
            unit.Where(static line => line.StartsWith("ExecStart", StringComparison.Ordinal))
        );
        Assert.Contains("Environment=SENDGRID_EXPORTER_STORAGE_PATH=%S/sendgrid-exporter", unit, StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(DropIns))]
    public void Each_drop_in_is_explained_in_the_documents(string file) =>
        Assert.Contains($"(systemd/examples/{file})", RepositoryFiles.Read("deploy/README.md"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Artifacts))]
    public void Each_kind_of_artifact_that_somebody_installs_is_in_the_documents(string ending) =>
        Assert.Contains(
            ending switch
            {
                "deb" => "sudo apt-get install ./sendgrid-exporter_*_amd64.deb",
                "rpm" => "sudo dnf install ./sendgrid-exporter-*.x86_64.rpm",
                "nupkg" => "dotnet tool install --global sendgrid-exporter --source",
                "tar.gz" => "The archive holds the same files",
                "tgz" => "helm install sendgrid-exporter",
                "cdx.json" => "SBOM",
                _ => $"how to install .{ending}",
            },
            RepositoryFiles.Read("deploy/README.md"),
            StringComparison.Ordinal
        );

    [Fact]
    public void The_copyright_of_the_Debian_package_is_that_of_the_program()
    {
        var authors = Authors().Match(RepositoryFiles.Read("Directory.Build.props")).Groups["names"].Value;

        Assert.Contains($"\nCopyright: {authors}\n", RepositoryFiles.Read("deploy/packaging/debian/copyright"), StringComparison.Ordinal);
    }

    /// <summary>The head of the script lists what it makes: <c>#   sendgrid-exporter_VERSION_{amd64,arm64}.deb   …</c></summary>
    [GeneratedRegex(
        @"^#   sendgrid-exporter[-_.]VERSION[^. ]*\.(\{[^}]*\}\.)?(?<ending>[a-z.]+)",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        1000
    )]
    private static partial Regex ArtifactLine();

    /// <summary>Set, or ready to be set: <c>NAME=…</c>, <c>#NAME=…</c></summary>
    [GeneratedRegex("^#?(?<name>[A-Z_]+)=", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex("<Authors>(?<names>.*)</Authors>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Authors();
}
