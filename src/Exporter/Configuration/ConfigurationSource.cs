using Exporter.Disk;

namespace Exporter.Configuration;

/// <summary>Loads the configuration from a file on disk, or without one from the environment.</summary>
internal static class ConfigurationSource
{
    /// <param name="file">The value of <c>--config.file</c>; <see langword="null"/> or empty when it is not set.</param>
    /// <param name="environment">Returns the value of an environment variable, <see langword="null"/> when it is not set.</param>
    /// <param name="files">The files of this configuration over all readings; <see langword="null"/> when it is read only once.</param>
    public static ConfigurationResult Load(string? file, Func<string, string?> environment, NamedFiles? files = null)
    {
        var round = (files ?? new NamedFiles()).BeginRound();
        if (string.IsNullOrEmpty(file))
        {
            return EnvironmentConfiguration.Read(environment, round);
        }

        var text = round.Read(file).StrictText(out var reason);
        return text is null
            ? new(Options: null, [new(file, default, $"the configuration cannot be read: {reason}")], []) { Files = round.Seen }
            : ConfigurationReader.Read(file, text, environment, round);
    }
}
