using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Exporter.EndToEnd.Fixtures;

/// <summary>The built program, serving on a free port of 127.0.0.1.</summary>
internal sealed partial class ExporterProcess : IAsyncDisposable
{
    /// <summary>What the server says where the machine is too busy for its timer.</summary>
    private const string SlowMachine = "the heartbeat has been running for";

    private ExporterProcess(ChildProcess process, Uri address)
    {
        (Process, Address) = (process, address);
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
#pragma warning disable CA5359 // The certificates of tests are signed by nobody that anybody knows.
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        Http = new HttpClient(handler) { BaseAddress = address, Timeout = Eventually.Patience };
    }

    /// <summary>What is tested: the program as it was built, or the one that the variable names (Native AOT).</summary>
    public static string File { get; } =
        Path.GetFullPath(
            Environment.GetEnvironmentVariable("SENDGRID_EXPORTER_BINARY") is { Length: > 0 } named
                ? named
                : typeof(ExporterProcess)
                    .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                    .First(data => data.Key is "BuiltProgram")
                    .Value!
        );

    public Uri Address { get; }

    /// <summary>Takes whatever certificate it is shown.</summary>
    public HttpClient Http { get; }

    public string Output => Process.Output;

    public string Error => Process.Error;

    /// <summary>The log lines that tell of trouble.</summary>
    public IEnumerable<string> Complaints =>
        Process.ErrorLines.Where(static line =>
            !line.Contains(" level=info ", StringComparison.Ordinal)
            && !line.Contains(" level=debug ", StringComparison.Ordinal)
            && !line.Contains(SlowMachine, StringComparison.Ordinal)
        );

    public ChildProcess Process { get; }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="directory">Where it runs.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Its environment.</param>
    /// <param name="listenAddress">Where it listens.</param>
    /// <param name="under">A program with arguments that becomes it.</param>
    public static async Task<ExporterProcess> StartAsync(
        TemporaryDirectory directory,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string listenAddress = "127.0.0.1:0",
        params IReadOnlyList<string> under
    )
    {
        IReadOnlyList<string> command = [.. under, File, .. arguments, $"--web.listen-address={listenAddress}"];
        var process = ChildProcess.Start(command[0], command.Skip(1), directory.Path, environment);
        var listening = await Eventually.GetAsync(
            () => Task.FromResult(Listening().Match(process.Error)),
            match => match.Success || process.HasExited
        );
        if (!listening.Success)
        {
            await using (process)
            {
                Assert.Fail(
                    $"The program ended with {await process.ExitCodeAsync()} instead of listening.\n{process.Output}{process.Error}"
                );
            }
        }

        return new ExporterProcess(process, new Uri(listening.Groups["address"].Value));
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        using var directory = new TemporaryDirectory();
        await using var process = ChildProcess.Start(File, arguments, directory.Path, environment);
        return (await process.ExitCodeAsync(), process.Output, process.Error);
    }

    /// <summary>Reads <c>/metrics</c>, strictly.</summary>
    public async Task<PrometheusText> ScrapeAsync() =>
        PrometheusText.Parse(await Http.GetStringAsync("metrics", TestContext.Current.CancellationToken));

    public async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var response = await Http.GetAsync(path, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    public void Send(PosixSignal signal) => Process.Send(signal);

    /// <summary>Stops it as a service manager does, and waits until it has ended.</summary>
    public Task<int> StopAsync(PosixSignal signal = PosixSignal.SIGTERM)
    {
        Process.Send(signal);
        return Process.ExitCodeAsync();
    }

    public ValueTask DisposeAsync()
    {
        Http.Dispose();
        return Process.DisposeAsync();
    }

    [GeneratedRegex(
        @" msg=Listening\. address=(?<address>https?://127\.0\.0\.1:\d+(?:/\S*)?)\n",
        RegexOptions.None,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex Listening();
}
