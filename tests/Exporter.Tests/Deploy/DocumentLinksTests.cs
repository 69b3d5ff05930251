using System.Text.RegularExpressions;

namespace Exporter.Tests.Deploy;

/// <summary>Every link in a document leads to a file that is there, and to a heading that it has.</summary>
public sealed partial class DocumentLinksTests
{
    public static TheoryData<string> Documents =>
        [
            .. Directory
                .GetFiles(
                    Repository.Root,
                    "*.md",
                    new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }
                )
                .Select(static file => Path.GetRelativePath(Repository.Root, file))
                .Where(static file =>
                    !file.Split('/').Any(static part => part is "bin" or "obj" or "node_modules" or "artifacts" or "StrykerOutput")
                ),
        ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_of_a_document_leads_somewhere(string document)
    {
        var text = Code().Replace(RepositoryFiles.Read(document), "");
        foreach (Match link in Link().Matches(text))
        {
            var target = link.Groups["target"].Value;
            var (path, heading) = target.Split('#') is [var file, var anchor] ? (file, anchor) : (target, null);
            var full =
                path.Length == 0
                    ? document
                    : Path.GetRelativePath("/", Path.GetFullPath(Path.Combine("/", Path.GetDirectoryName(document)!, path)));
            Assert.True(Path.Exists(Repository.PathTo(full)), $"{document} links to {target}");
            if (heading is not null)
            {
                Assert.True(
                    Anchors(RepositoryFiles.Read(full)).Contains(heading),
                    $"{document} links to {target}, which has no such heading"
                );
            }
        }
    }

    /// <summary>Of a heading GitHub makes an anchor: lower case, no punctuation, - for a space.</summary>
    private static HashSet<string> Anchors(string text) =>
        [
            .. Heading()
                .Matches(text)
                .Select(static match => NoWord().Replace(match.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-')),
        ];

    /// <summary>Not those to pages of GitHub's about the repository.</summary>
    [GeneratedRegex(@"\]\((?<target>(?![a-z]+:|\.\./\.\./security/)[^)\s]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} (?<text>.+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]", RegexOptions.None, 1000)]
    private static partial Regex NoWord();

    [GeneratedRegex(@"^```.*?^```|`[^`\n]*`", RegexOptions.Singleline | RegexOptions.Multiline, 1000)]
    private static partial Regex Code();
}
