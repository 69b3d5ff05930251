using System.Diagnostics;
using Exporter.EndToEnd.Fixtures;

namespace Exporter.EndToEnd;

/// <summary>A reader of standard error that stands still, or is not there, holds up nothing.</summary>
public sealed class UnreadLogTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("mkfifo log; sleep 1000 < log > /dev/null 2>&1 & echo $! > reader; exec 2> log; head -c 65536 /dev/zero >&2; exec \"$@\"")]
    [InlineData("exec 2>&-; exec \"$@\"")]
    [InlineData("exec 2> /dev/full; exec \"$@\"")]
    public async Task It_polls_serves_and_stops_and_counts_the_lines_that_were_lost(string shell)
    {
        var port = FreePort.Find();
        await using var process = ChildProcess.Start(
            "sh",
            ["-c", shell, "sh", ExporterProcess.File, "--demo", "--log.level=debug", $"--web.listen-address=127.0.0.1:{port}"],
            _directory.Path
        );
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            Timeout = Eventually.Patience,
        };
        try
        {
            await Eventually.TrueAsync(async () =>
                (await MetricsAsync(http)).Contains("sendgrid_automation_link_clicks{", StringComparison.Ordinal)
            );
            if (!shell.Contains("mkfifo", StringComparison.Ordinal))
            {
                await Eventually.TrueAsync(async () =>
                    !(await MetricsAsync(http)).Contains("sendgrid_exporter_log_lines_dropped_total 0\n", StringComparison.Ordinal)
                );
            }

            process.Send(System.Runtime.InteropServices.PosixSignal.SIGTERM);
            Assert.Equal(0, await process.ExitCodeAsync());
        }
        finally
        {
            if (File.Exists(Path.Combine(_directory.Path, "reader")))
            {
                using var reader = Process.GetProcessById(
                    int.Parse(await File.ReadAllTextAsync(Path.Combine(_directory.Path, "reader"), TestContext.Current.CancellationToken))
                );
                reader.Kill();
            }
        }
    }

    private static async Task<string> MetricsAsync(HttpClient http)
    {
        try
        {
            return await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return "";
        }
    }
}
