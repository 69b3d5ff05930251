using System.Globalization;
using Exporter.Hosting;
using Exporter.Snapshots;
using Exporter.Web.Pages;

namespace Exporter.Cli;

/// <summary>
/// Prints at a terminal, in sentences, what the log says to machines. It reads what the status page reads, and never holds up anything:
/// its writer does not wait.
/// </summary>
internal sealed class Narrator(TextWriter output, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>What stands out is looked for this often: it is no matter of seconds.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>The first thing that is seen, before anything takes time.</summary>
    public void Begin(string version, bool isDemo) =>
        output.WriteLine(
            isDemo
                ? $"sendgrid-exporter {version}: the demo, with a simulated SendGrid. Six weeks of its past are being written …"
                : $"sendgrid-exporter {version} is starting …"
        );

    /// <summary>What runs, what to open, what to do next.</summary>
    /// <param name="addresses">Where it listens, as a browser opens it.</param>
    /// <param name="accounts">How many accounts are polled.</param>
    /// <param name="interval">How often.</param>
    public void Greet(IReadOnlyCollection<string> addresses, int accounts, string interval)
    {
        var address = addresses.FirstOrDefault() ?? "";
        output.WriteLine(
            $"""

            {HumanText.Count(accounts, "account")} polled every {interval}; Ctrl+C ends it.

              {address}/           open this: what is polled, and which links stand out
              {address}/metrics    for Prometheus: add it to scrape_configs, with the rules of deploy/prometheus/rules

            """
        );
    }

    /// <summary>Tells what changes, until it is stopped.</summary>
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
            // The program ends, or the terminal cannot be written to. The log says the same.
        }
    }
}
