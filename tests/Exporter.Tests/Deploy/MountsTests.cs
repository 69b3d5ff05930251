using System.Text.RegularExpressions;

namespace Exporter.Tests.Deploy;

/// <summary>
/// What a container reads lies in a directory that is mounted. A file that is mounted by itself keeps its old content there when it is
/// replaced by another one, as <c>mv</c> and <c>sed -i</c> do: a rotated key was never seen.
/// </summary>
public sealed partial class MountsTests
{
    private static readonly string[] Documents =
    [
        .. Found("*.md"),
        .. Found("*.yaml"),
        .. Found("*.yml"),
        .. Found("*.sh"),
        .. Found("*.service"),
        .. Found("*.conf"),
        "README.md",
        "CONTRIBUTING.md",
        "Dockerfile",
    ];

    /// <summary>The directories that a checkout does not have: users make them as the documents say.</summary>
    private static readonly HashSet<string> Made =
    [
        .. InstalledDirectory.Matches(RepositoryFiles.Read("deploy/README.md")).Select(static match => match.Groups["path"].Value),
        .. RepositoryFiles.Read(".gitignore").Split('\n').Where(static line => line.EndsWith('/')).Select(static line => line[..^1]),
    ];

    public static TheoryData<string> Files => [.. Documents];

    [Theory]
    [MemberData(nameof(Files))]
    public void No_file_is_mounted_by_itself(string file) => Assert.Empty(MountedByThemselves(RepositoryFiles.Read(file), file));

    [Fact]
    public void There_are_mounts_to_speak_of() =>
        Assert.True(Documents.Sum(file => Sources(RepositoryFiles.Read(file)).Count()) > 10, "no mounts found");

    [Theory]
    [InlineData("    docker run -v \"$PWD/deploy/secrets/sendgrid_api_key:/run/secrets/sendgrid_api_key:ro\" sendgrid-exporter")]
    [InlineData("    podman run --volume=$PWD/deploy/web-config.example.yml:/etc/web.yml:Z sendgrid-exporter")]
    [InlineData("    docker run \\\n        --volume ./key:/run/secrets/key sendgrid-exporter")]
    [InlineData("    docker run --mount type=bind,src=/etc/key,dst=/run/key sendgrid-exporter")]
    [InlineData("    docker run --mount \"type=bind,source=$PWD/deploy/secrets/key,target=/run/key,readonly\" sendgrid-exporter")]
    [InlineData("      - ./sendgrid-exporter.yml:/etc/sendgrid-exporter/sendgrid-exporter.yml:ro")]
    [InlineData("    #   - ./sendgrid-exporter.yml:/etc/sendgrid-exporter/sendgrid-exporter.yml:ro")]
    [InlineData("      - \"./prometheus/prometheus.yml:/etc/prometheus/prometheus.yml\"")]
    [InlineData("    volumes: [\"./secrets/sendgrid_api_key:/run/secrets/sendgrid_api_key:ro\"]")]
    [InlineData("      - type: bind\n        source: ./web-config.yml\n        target: /etc/web-config.yml")]
    [InlineData("secrets:\n  sendgrid_api_key:\n    file: ./secrets/sendgrid_api_key")]
    [InlineData("configs:\n  exporter: {file: ./sendgrid-exporter.yml}")]
    [InlineData("              subPath: sendgrid-exporter.yml")]
    [InlineData("BindReadOnlyPaths=/srv/key:/run/key")]
    public void A_file_by_itself_is_found(string text) => Assert.Single(MountedByThemselves(text, "deploy/compose.account.yaml"));

    [Theory]
    [InlineData("    docker run -v sendgrid-data:/data -v \"$PWD/deploy/secrets/exporter:/run/secrets:ro\" sendgrid-exporter")]
    [InlineData("      - ./prometheus:/etc/prometheus:ro")]
    [InlineData("      - exporter-data:/data")]
    public void A_directory_is_none(string text) => Assert.Empty(MountedByThemselves(text, "deploy/compose.account.yaml"));

    private static IEnumerable<string> MountedByThemselves(string text, string file) =>
        Sources(text).Where(source => !IsDirectory(source, file));

    private static IEnumerable<string> Sources(string text)
    {
        var lines = text.Replace("\\\n", " ", StringComparison.Ordinal);
        return Mount
            .Matches(lines)
            .Select(static match => match.Groups["source"].Value)
            .Where(static source => source.Contains('/') || source.StartsWith("subPath", StringComparison.Ordinal));
    }

    private static bool IsDirectory(string source, string file)
    {
        // Of a document the working directory is the repository, of a Compose file its own directory.
        var path =
            source.StartsWith("$PWD/", StringComparison.Ordinal) ? source["$PWD/".Length..]
            : file.EndsWith(".md", StringComparison.Ordinal) ? source
            : Path.Combine(Path.GetDirectoryName(file)!, source);
        var relative = Path.GetRelativePath(Repository.Root, Path.GetFullPath(path, Repository.Root));
        return Directory.Exists(Repository.PathTo(relative)) || Made.Contains(relative);
    }

    private static IEnumerable<string> Found(string pattern) =>
        Directory
            .EnumerateFiles(Repository.PathTo("deploy"), pattern, SearchOption.AllDirectories)
            .Select(static file => Path.GetRelativePath(Repository.Root, file))
            .Order(StringComparer.Ordinal);

    /// <summary>Every way in which something of the host, or one entry of a volume, is put into a container.</summary>
    [GeneratedRegex(
        """
            (?<=\s)(?:-v|--volume)[ =]"?(?<source>[^\s:"]+):/
            | --mount[ =]"?[^\s"]*\b(?:src|source)=(?<source>[^\s,"]+)
            | ^[\s\#]*-\s+"?(?<source>[.~/$][^\s:"]*):/
            | volumes:\s*\[[^\]\n]*?"(?<source>[.~/$][^\s:"]*):/
            | ^[\s\#]*source:\s*"?(?<source>[.~/$][^\s"]*)
            | [\s{]file:\s*"?(?<source>\./[^\s"}]*)
            | (?<source>\bsubPath(?:Expr)?:\s*\S+)
            | ^Bind(?:ReadOnly)?Paths=(?<source>[^\s:]+)
            """,
        RegexOptions.Multiline | RegexOptions.IgnorePatternWhitespace,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex Mount { get; }

    [GeneratedRegex(@"install -d [^\n]*?(?<path>deploy/[\w/]+)", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex InstalledDirectory { get; }
}
