namespace Exporter.Shared;

/// <summary>A test that needs a <see cref="Tool"/> is skipped where it is not installed, and says so.</summary>
internal static class ToolInTests
{
    public static void Require(this Tool tool) => Assert.SkipUnless(tool.IsInstalled, tool.Missing);

    public static Task AssertSucceedsAsync(this Tool tool, params string[] arguments) => tool.OutputAsync(arguments);

    /// <summary>Runs it; the test fails unless it ends well.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> OutputAsync(this Tool tool, params string[] arguments)
    {
        var (code, output, errors) = await tool.RunAsync(arguments);
        Assert.True(code == 0, $"{tool.Name} {string.Join(' ', arguments)}\n{output}{errors}");
        return output;
    }

    /// <summary>Runs it to its end, whether that is a good or a bad one.</summary>
    public static Task<(int Code, string Output, string Errors)> RunAsync(this Tool tool, params string[] arguments)
    {
        tool.Require();
        return tool.RunAsync(arguments, TestContext.Current.CancellationToken);
    }
}
