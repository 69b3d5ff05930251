using Exporter.Disk;

namespace Exporter.Configuration.Reload;

/// <summary>Where the configuration is read from, at the start and on every reload.</summary>
/// <param name="Name">As people know it: the file's path, <c>environment</c> or <c>demo</c>.</param>
/// <param name="Load">Reads it.</param>
internal sealed record ReloadSource(string Name, Func<ConfigurationResult> Load)
{
    /// <param name="file">The value of <c>--config.file</c>; empty without it.</param>
    /// <param name="environment">The value of an environment variable.</param>
    public static ReloadSource Create(string? file, Func<string, string?> environment)
    {
        var files = new NamedFiles();
        return new(string.IsNullOrEmpty(file) ? "environment" : file, () => ConfigurationSource.Load(file, environment, files));
    }
}
