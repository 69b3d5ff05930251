using Exporter.Configuration.Sections;
using Exporter.Configuration.Values;
using Exporter.Configuration.Yaml;
using Exporter.Disk;

namespace Exporter.Configuration;

/// <summary>
/// Turns the text of a configuration file into options, or into a list of all its problems. It reads no other file than the key files that
/// the text names.
/// </summary>
internal static class ConfigurationReader
{
    public static ConfigurationResult Read(string fileName, string text, Func<string, string?> environment, FileRound? files = null)
    {
        var reading = new ReadContext(fileName, environment, files);
        var root = YamlComposer.Compose(text.TrimStart('\uFEFF'), reading.AddProblem);
        if (root is null or YamlScalar { IsNull: true })
        {
            if (!reading.HasProblems)
            {
                reading.AddProblem(new(1, 1), "the file is empty, expected at least accounts");
            }

            return reading.Result(options: null);
        }

        reading.HideSecrets(root, SecretKeys.OfConfiguration);
        return reading.Result(reading.ReadMap("", root, Exporter));
    }

    private static ExporterOptions Exporter(Section root)
    {
        var poll = root.Map("poll", PollSection.Read);
        return new()
        {
            Poll = poll,
            Accounts = AccountsSection.Read(root, poll),
            History = root.Map("history", HistorySection.Read),
            Web = root.Map("web", WebSection.Read),
            Links = root.Map("links", LinksSection.Read),
            Log = root.Map("log", LogSection.Read),
            Otlp = root.MapIfThere("otlp", OtlpSection.Read) ?? OtlpVariables.Read(root.Reading),
        };
    }
}
