namespace Exporter.Tests.Simulator;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string TestData(params string[] path) => Path.Combine([Root, "tests", "Exporter.Tests", "Simulator", .. path]);

    private static string Find(string directory) =>
        File.Exists(Path.Combine(directory, "Exporter.sln")) ? directory
        : Path.GetDirectoryName(directory) is { } parent ? Find(parent)
        : throw new InvalidOperationException("The tests run outside the repository.");
}
