using System.Text;
using Simulator;

namespace Exporter.EndToEnd.Fixtures;

/// <summary>Configurations that poll a simulated SendGrid: a file with every account, or the environment alone.</summary>
internal static class Configured
{
    /// <summary>
    /// Every automation of every account by its name, whole URLs. Without an interval all is polled once and then not for hours.
    /// </summary>
    /// <param name="directory">For the file and the key files.</param>
    /// <param name="sendGrid">What is polled.</param>
    /// <param name="interval">Between the polls of an automation.</param>
    /// <param name="maxAge">How long last-known values are served.</param>
    /// <param name="requestsPerSecond">The ceiling of each account.</param>
    /// <returns>The arguments of the program.</returns>
    public static string[] ByFile(
        TemporaryDirectory directory,
        SimulatedSendGrid sendGrid,
        string interval = "24h",
        string maxAge = "48h",
        int requestsPerSecond = 1000
    )
    {
        var yaml = new StringBuilder(
            $"""
            poll:
              interval: {interval}
              discovery_interval: {interval}
              timeout: 10m
              max_age: {maxAge}
            links:
              url: full
            accounts:

            """
        );
        foreach (var account in sendGrid.World.Accounts)
        {
            var keyHolder = sendGrid.World.Accounts.FirstOrDefault(parent => parent.Name == account.Parent) ?? account;
            yaml.AppendLine(
                $"""
                  - name: {account.Name}
                    api_key_file: {directory.Write($"{account.Name}.key", keyHolder.ApiKey + "\n")}
                    base_url: {sendGrid.BaseUrl}
                    on_behalf_of: "{account.Subuser}"
                    rate:
                      requests_per_second: {requestsPerSecond}
                      concurrency: 8
                    single_sends:
                      discover: true
                      max_age: 3650d
                    automations:
                      names: undocumented-api
                      list:
                """
            );
            foreach (var automation in account.Automations)
            {
                yaml.AppendLine($"        - id: {automation.Id}").AppendLine($"          name: {automation.Name}");
            }
        }

        return ["--config.file", directory.Write("sendgrid-exporter.yml", yaml.ToString())];
    }

    /// <summary>
    /// Whether every automation and Single Send has been polled, and every list walked. The names come last, where <see cref="ByFile"/>
    /// asks for them: they wait for all else.
    /// </summary>
    public static bool IsPolled(PrometheusText page, SimulatedSendGrid sendGrid) =>
        page["sendgrid_automation_up"].Count() == sendGrid.World.Accounts.Sum(account => account.Automations.Count)
        && page["sendgrid_singlesend_up"].Count() == page["sendgrid_singlesend_info"].Count()
        && page["sendgrid_discovery_last_success_timestamp_seconds"].All(sample => sample.Value > 0)
        && page["sendgrid_automation_info"].All(info => !info.Labels.ContainsKey("account") || info.Labels.ContainsKey("name"));

    /// <summary>Waits until everything has been polled and something has been saved.</summary>
    public static Task<PrometheusText> SavedAsync(ExporterProcess exporter, SimulatedSendGrid sendGrid) =>
        Eventually.GetAsync(
            exporter.ScrapeAsync,
            page => IsPolled(page, sendGrid) && page["sendgrid_exporter_state_last_save_timestamp_seconds"].Single().Value > 0
        );

    /// <summary>The start without a file: the first account, everything that discovery finds.</summary>
    public static IReadOnlyDictionary<string, string> ByEnvironment(SimulatedSendGrid sendGrid) =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["SENDGRID_API_KEY"] = sendGrid.World.Accounts[0].ApiKey,
            ["SENDGRID_BASE_URL"] = sendGrid.BaseUrl.ToString(),
        };
}
