using Exporter.Disk;

namespace Exporter.Configuration.Reload;

/// <summary>The source of the configuration, at the start and on every reload.</summary>
/// <param name="Name">The name that people know it by: the file's path, <c>environment</c> or <c>demo</c>.</param>
/// <param name="Load">Reads it.</param>
internal sealed record ReloadSource(string Name, Func<ConfigurationResult> Load)
{
    /// <param name="file">The value of <c>--config.file</c>; empty when it is not set.</param>
    /// <param name="environment">Returns the value of an environment variable.</param>
    public static ReloadSource Create(string? file, Func<string, string?> environment)
    {
        var files = new NamedFiles();
        return new(string.IsNullOrEmpty(file) ? "environment" : file, () => ConfigurationSource.Load(file, environment, files));
    }
}
