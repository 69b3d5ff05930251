namespace Exporter.EndToEnd.Fixtures;

/// <summary>Programs of others that some tests need; tests/run.sh installs them where it can.</summary>
internal static class Tool
{
    /// <param name="name">A name, or a whole path.</param>
    public static bool IsInstalled(string name) =>
        File.Exists(name)
        || (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, name)));

    /// <summary>Skips the test where the tool is not installed.</summary>
    public static void Require(string name) => Assert.SkipUnless(IsInstalled(name), $"{name} is not installed");
}
