using System.Globalization;
using Exporter.Hosting;
using Exporter.Snapshots;
using Exporter.Web.Pages;

namespace Exporter.Cli;

/// <summary>
/// Prints at a terminal, in sentences, what the log reports to machines. It reads the same state as the status page and never delays the
/// program: its writer does not wait.
/// </summary>
internal sealed class Narrator(TextWriter output, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The time between two searches for outliers; seconds do not matter for them.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>Prints the first line, before any step that takes time.</summary>
    public void Begin(string version, bool isDemo) =>
        output.WriteLine(
            isDemo
                ? $"sendgrid-exporter {version}: the demo, with a simulated SendGrid. It is writing six weeks of history …"
                : $"sendgrid-exporter {version} is starting …"
        );

    /// <summary>Prints what is running, what to open and what to do next.</summary>
    /// <param name="addresses">The addresses on which it listens, as a browser opens them.</param>
    /// <param name="accounts">The number of accounts that are polled.</param>
    /// <param name="interval">How often they are polled.</param>
    public void Greet(IReadOnlyCollection<string> addresses, int accounts, string interval)
    {
        var address = addresses.FirstOrDefault() ?? "";
        output.Write(
            $"""

            {HumanText.Count(accounts, "account")} polled every {interval}; Ctrl+C ends it.

              {address}/           open this: what is polled, and which links stand out
              {address}/metrics    for Prometheus: add it to scrape_configs, with the rules of deploy/prometheus/rules


            """
        );
    }

    /// <summary>Prints changes until it is stopped.</summary>
    public async Task RunAsync(IServiceProvider services, CancellationToken stopping)
    {
        var (store, lookout) = (services.GetRequiredService<SnapshotStore>(), services.GetRequiredService<OutlierCache>());
        var around = services.GetRequiredService<StatusInputsProvider>();
        var (told, look, looked) = (Narration.Nothing, OutlierReport.Nothing, (long?)null);
        try
        {
            while (true)
            {
                var (snapshot, now) = store.Read(time);
                if (looked is not { } last || time.GetElapsedTime(last) >= LookEvery)
                {
                    (look, looked) = (await lookout.LookAsync(snapshot, now, stopping), time.GetTimestamp());
                }

                (told, var lines) = told.After(StatusModel.FromSnapshot(snapshot, around.Now(), now).With(look));
                foreach (var line in lines)
                {
                    await output.WriteLineAsync($"{now.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}  {line}");
                }

                await Task.Delay(Pause, time, stopping);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or OutputException)
        {
            // The program ends, or the terminal cannot be written to. The log holds the same.
        }
    }
}
