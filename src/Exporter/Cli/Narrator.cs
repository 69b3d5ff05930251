using System.Globalization;
using Exporter.Hosting;
using Exporter.Polling;
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
            isDemo ? $"sendgrid-exporter {version}: the demo, with a simulated SendGrid." : $"sendgrid-exporter {version} is starting …"
        );

    /// <summary>Prints why the demo takes a while to start.</summary>
    public void TellOfPast() => output.WriteLine("It is writing six weeks of history …");

    /// <summary>Prints what is running, what to open and what to do next.</summary>
    /// <param name="addresses">The addresses on which it listens, as a browser opens them.</param>
    /// <param name="accounts">The number of accounts that this process polls.</param>
    /// <param name="shard">Which of several processes this is.</param>
    /// <param name="interval">How often they are polled.</param>
    public void Greet(IReadOnlyCollection<string> addresses, int accounts, Shard shard, string interval)
    {
        var address = addresses.FirstOrDefault() ?? "";
        output.Write(
            $"""

            {Share(accounts, shard, interval)}; Ctrl+C ends it.

              {address}/           open this: what is polled, and which links stand out
              {address}/metrics    for Prometheus: add it to scrape_configs, with the rules of deploy/prometheus/rules


            """
        );
    }

    /// <summary>Describes what this process polls, and that others poll the rest.</summary>
    private static string Share(int accounts, Shard shard, string interval) =>
        accounts == 0 ? NoShare(shard)
        : shard == Shard.Only ? $"{HumanText.Count(accounts, "account")} polled every {interval}"
        : $"{HumanText.Count(accounts, "account")} polled every {interval} by shard {shard.Index} of {shard.Total}, counted from 0";

    public static string NoShare(Shard shard) =>
        $"No account belongs to shard {shard.Index} of {shard.Total}, counted from 0, so this process polls nothing";

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
