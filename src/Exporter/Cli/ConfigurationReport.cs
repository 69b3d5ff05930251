using Exporter.Configuration;
using Exporter.Configuration.Reload;
using Exporter.Disk;
using Exporter.Hosting;
using Exporter.Web.Access;

namespace Exporter.Cli;

/// <summary>Reads the configuration for a command and prints its problems.</summary>
internal static class ConfigurationReport
{
    public static ConfigurationResult Read(ReloadSource source, TextWriter error)
    {
        var result = source.Load();
        foreach (var problem in result.Problems)
        {
            error.WriteLine($"error: {problem}{NextStep.For($"{problem}")}");
        }

        foreach (var warning in result.Warnings)
        {
            error.WriteLine($"warning: {warning}");
        }

        return result;
    }

    /// <summary>Does the same for <c>--web.config.file</c>.</summary>
    public static WebConfigResult ReadWeb(string? file, Surroundings surroundings, NamedFiles? files = null)
    {
        var reading = WebAccessReader.Load(file, surroundings.Environment, files);
        foreach (
            var line in reading
                .Problems.Select(problem => $"error: {problem}")
                .Concat(reading.Warnings.Select(warning => $"warning: {warning}"))
        )
        {
            surroundings.Error.WriteLine(line);
        }

        return reading;
    }
}
