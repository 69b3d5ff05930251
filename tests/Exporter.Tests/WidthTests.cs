namespace Exporter.Tests;

/// <summary>CSharpier breaks code at 140 columns, but no comment and no text: here is who holds those.</summary>
public sealed class WidthTests
{
    private const int Most = 140;

    [Fact]
    public void No_line_of_the_program_is_wider_than_140_columns() => Assert.Empty(Wide("src"));

    /// <summary>What goes over the wire, and expressions that match it, stay in one piece.</summary>
    [Fact]
    public void In_the_tests_only_quoted_text_is_wider() =>
        Assert.DoesNotContain(
            Wide("tests"),
            static line => !line.Contains('"', StringComparison.Ordinal) && !line.Contains(": {", StringComparison.Ordinal)
        );

    private static IEnumerable<string> Wide(string folder) =>
        from file in Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.c*s", SearchOption.AllDirectories)
        where Path.GetExtension(file) is ".cs" or ".css"
        where !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
        from line in File.ReadLines(file).Index()
        where line.Item.Length > Most
        select $"{Path.GetRelativePath(Repository.Root, file)}:{line.Index + 1}: {line.Item.Trim()}";
}
