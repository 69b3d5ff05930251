using Exporter.Cli;

namespace Exporter.Tests.Deploy;

/// <summary>Where the program listens and how it is reached is looked up in the documents, and there all of it stands.</summary>
public sealed class FlagsDocumentTests
{
    public static TheoryData<string> Flags =>
    [
        .. CommandLine.Root(new Surroundings()).Subcommands
            .SelectMany(static command => command.Options)
            .Select(static option => option.Name)
            .Where(static name => name.StartsWith("--web.", StringComparison.Ordinal) || name == "--url")
            .Distinct(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Flags))]
    public void Each_flag_about_the_pages_is_in_the_documents(string flag) =>
        Assert.Contains((string[])["README.md", "deploy/README.md"], file => File.ReadAllText(Repository.PathTo(file)).Contains(flag, StringComparison.Ordinal));
}
