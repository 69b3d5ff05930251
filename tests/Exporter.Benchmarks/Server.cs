using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Exporter.Exposition;
using Exporter.Exposition.Gzip;

namespace Exporter.Benchmarks;

/// <summary>A server in a process of its own, and what it costs.</summary>
internal sealed partial class Server : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
    private readonly byte[] _buffer = new byte[1024 * 1024];

    private Server(string name, Process process, Uri metrics) => (Name, _process, Metrics) = (name, process, metrics);

    public string Name { get; }

    public Uri Metrics { get; }

    /// <summary>
    /// CPU time of all of its threads. The same that /proc/[pid]/stat tells as utime + stime, by the clock behind it, because a scrape of
    /// some microseconds is nothing in ticks of 10 ms.
    /// </summary>
    public TimeSpan Cpu
    {
        get
        {
            var result = ClockGetTime((~_process.Id << 3) | 2, out var time);
            return result == 0
                ? TimeSpan.FromTicks((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick))
                : throw new InvalidOperationException($"{Name} has ended");
        }
    }

    /// <summary>Resident memory in bytes.</summary>
    public long Resident =>
        1024
        * long.Parse(
            File.ReadLines($"/proc/{_process.Id}/status")
                .First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal))[6..^3]
                .Trim(),
            CultureInfo.InvariantCulture
        );

    /// <summary>Starts a program and does not wait for it.</summary>
    /// <param name="name">What the tables call it.</param>
    /// <param name="port">Where on 127.0.0.1 it will listen.</param>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Server Start(string name, int port, string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new(name, process, new Uri($"http://127.0.0.1:{port}/metrics"));
    }

    /// <summary>Waits until it answers.</summary>
    public async Task<Server> AnsweringAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await ScrapeAsync();
                return this;
            }
            catch (HttpRequestException) when (!_process.HasExited && Stopwatch.GetElapsedTime(begun) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            }
        }
    }

    /// <summary>Scrapes as Prometheus does, gzip included, and reads all of the answer.</summary>
    /// <returns>Bytes of the body.</returns>
    public async Task<long> ScrapeAsync()
    {
        using var response = await AskAsync("gzip");
        await using var body = await response.Content.ReadAsStreamAsync();
        var length = 0L;
        for (int read; (read = await body.ReadAsync(_buffer)) > 0; )
        {
            length += read;
        }

        return length;
    }

    /// <summary>Scrapes until the body gets no smaller: what rests is compressed again, in the background.</summary>
    public async Task CompactAsync()
    {
        for (var (before, now) = (long.MaxValue, await ScrapeAsync()); now < before * 0.99; (before, now) = (now, await ScrapeAsync()))
        {
            for (var answer = 0; answer < MetricsPage.SomeAnswers; answer++)
            {
                await ScrapeAsync();
            }

            await Task.Delay(PageCompactor.LongRest + PageCompactor.ShortRest, TimeProvider.System);
        }
    }

    /// <summary>The body as it comes.</summary>
    /// <param name="encoding"><c>gzip</c> or <c>identity</c>.</param>
    public async Task<byte[]> BodyAsync(string encoding)
    {
        using var response = await AskAsync(encoding);
        return await response.Content.ReadAsByteArrayAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<HttpResponseMessage> AskAsync(string encoding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Metrics);
        request.Headers.AcceptEncoding.ParseAdd(encoding);
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return response.EnsureSuccessStatusCode();
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ClockGetTime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Timespec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
