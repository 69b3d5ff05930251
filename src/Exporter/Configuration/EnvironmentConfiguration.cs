using Exporter.Configuration.Sections;
using Exporter.Configuration.Values;
using Exporter.Disk;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;

namespace Exporter.Configuration;

/// <summary>
/// The configuration of the simplest real use: no file, a key in the environment, one unnamed account and all campaigns that discovery
/// finds.
/// </summary>
internal static class EnvironmentConfiguration
{
    private const string Value = "SENDGRID_API_KEY";
    private const string File = "SENDGRID_API_KEY_FILE";
    private const string BaseUrl = "SENDGRID_BASE_URL";

    public static ConfigurationResult Read(Func<string, string?> environment, FileRound files)
    {
        // Problems name "environment" as their file, and relative paths start at the working directory.
        var reading = new ReadContext("environment", environment, files);
        var (name, key) = (environment(Value), environment(File)) switch
        {
            ({ Length: > 0 }, { Length: > 0 }) => (Value, Nothing(reading, $"{Value} and {File} are both set, expected one of them")),
            ({ Length: > 0 } value, _) => (Value, FromValue(reading, value)),
            (_, { Length: > 0 } file) => (
                File,
                ApiKeySettings.Open(reading, file, out var content, out var reason)
                    ?? Nothing(reading, $"{File}: cannot use {reading.ShowFileName(file, file, content)}: {reason}")
            ),
            _ => (
                Value,
                Nothing(
                    reading,
                    $"no configuration: name a file with --config.file, or set {Value} or {File} to poll every automation of one account; "
                        + "--demo needs neither"
                )
            ),
        };
        Doubt(reading, name, key?.Doubt);
        var account = new ApiOptions { ApiKey = key! };
        if (environment(BaseUrl) is { Length: > 0 } url)
        {
            if (ValueParsers.Origin.TryRead(url, out var baseUrl))
            {
                account = account with { BaseUrl = baseUrl };
                Doubt(reading, BaseUrl, AccountsSection.DoubtOf(baseUrl));
            }
            else
            {
                reading.AddProblem(default, $"{BaseUrl}: expected {ValueParsers.Origin.Expected}, found {MessageText.Sanitize(url)}");
            }
        }

        return reading.Result(new() { Accounts = [new AccountOptions { Api = account }], Otlp = OtlpVariables.Read(reading) });
    }

    private static ApiKey? FromValue(ReadContext reading, string value) =>
        ValueParsers.ApiKey.TryRead(value, out var key)
            ? key
            : Nothing(reading, $"{Value}: expected {KeyText.Expected}, found {KeyText.Mistake(value)}");

    private static void Doubt(ReadContext reading, string name, string? doubt)
    {
        if (doubt is not null)
        {
            reading.Warn(default, $"{name}: {doubt}");
        }
    }

    private static ApiKey? Nothing(ReadContext reading, string message)
    {
        reading.AddProblem(default, message);
        return null;
    }
}
