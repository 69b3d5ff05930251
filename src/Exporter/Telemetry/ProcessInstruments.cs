using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Prometheus;

namespace Exporter.Telemetry;

/// <summary>
/// The metrics of the process and the runtime, under the names of Prometheus' own client libraries
/// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics). Each collection reads them anew. What the system does
/// not report is absent rather than invented.
/// </summary>
internal sealed class ProcessInstruments
{
    private readonly Lock _reading = new();
    private readonly Process _process = Process.GetCurrentProcess();
    private readonly Func<ProcessReading> _read;
    private readonly MomentGauge _started;
    private readonly Counter _cpu;
    private readonly Gauge _resident;
    private readonly Gauge _virtual;
    private readonly Gauge _threads;
    private readonly Gauge _openFiles;
    private readonly Gauge _heap;
    private readonly Counter.Child[] _collections;

    /// <param name="registry">The registry of these metrics; each collection of it reads the process anew.</param>
    /// <param name="read">Reads the system's figures; <see langword="null"/> reads those of this process.</param>
    public ProcessInstruments(CollectorRegistry registry, Func<ProcessReading>? read = null)
    {
        _read = read ?? (() => ProcessReading.Read(_process));
        var factory = Prometheus.Metrics.WithCustomRegistry(registry);
        _cpu = factory.CreateCounter("process_cpu_seconds_total", "CPU seconds that the process has used, including the system's for it.");
        var ifReported = new GaugeConfiguration { SuppressInitialValue = true };
        _resident = factory.CreateGauge("process_resident_memory_bytes", "Bytes of memory that the process holds.", ifReported);
        _virtual = factory.CreateGauge(
            "process_virtual_memory_bytes",
            "Bytes of address space that the process has reserved; most of it is never used.",
            ifReported
        );
        _threads = factory.CreateGauge("process_num_threads", "Threads of the process.", ifReported);
        _openFiles = factory.CreateGauge("process_open_fds", "Open files, connections included.", ifReported);
        _heap = factory.CreateGauge("dotnet_total_memory_bytes", "Bytes on the managed heap.");
        var collections = factory.CreateCounter("dotnet_collection_count_total", "Garbage collections by generation.", ["generation"]);
        _collections =
        [
            .. Enumerable
                .Range(0, GC.MaxGeneration + 1)
                .Select(generation => collections.WithLabels(generation.ToString(CultureInfo.InvariantCulture))),
        ];
        var started = factory.CreateGauge(
            "process_start_time_seconds",
            "When the process was started, in seconds since the epoch.",
            ifReported
        );
        _started = new MomentGauge(registry, started);
        if (Age is { } age)
        {
            var start = TimeProvider.System.GetUtcNow() - age;
            Started(() => start);
        }

        SetIfReported(factory.CreateGauge("process_max_fds", "The most files that the process may have open.", ifReported), MaxOpenFiles());

        registry.AddBeforeCollectCallback(Read);
    }

    /// <summary>How long the process runs; <see langword="null"/> where the system does not report it.</summary>
    public TimeSpan? Age
    {
        get
        {
            try
            {
                return TimeProvider.System.GetUtcNow() - new DateTimeOffset(_process.StartTime);
            }
            catch (Exception e) when (e is Win32Exception or InvalidOperationException or NotSupportedException or IOException)
            {
                return null;
            }
        }
    }

    /// <param name="moment">Returns the start of the process by the time of day that is right when it is called.</param>
    public void Started(Func<DateTimeOffset> moment) => _started.Set(moment);

    /// <summary>Parses the soft limit of open files from the text of <c>/proc/self/limits</c> (proc_pid_limits(5)).</summary>
    /// <returns><see langword="null"/> without such a line; infinity without a limit.</returns>
    public static double? MaxOpenFilesIn(string limits)
    {
        const string Name = "Max open files";
        var line = limits.Split('\n').FirstOrDefault(static line => line.StartsWith(Name, StringComparison.Ordinal));
        return line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
        {
            ["unlimited", ..] => double.PositiveInfinity,
            [var soft, ..] when double.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var most) => most,
            _ => null,
        };
    }

    /// <summary>
    /// Returns the number of files that this process may open; <see langword="null"/> where the system does not report it.
    /// </summary>
    public static double? MaxOpenFiles() => ProcFile.Read("limits") is { } limits ? MaxOpenFilesIn(limits) : null;

    private static void SetIfReported(Gauge gauge, double? value)
    {
        if (value is { } reported)
        {
            gauge.Set(reported);
        }
        else
        {
            gauge.Unpublish();
        }
    }

    /// <summary>Takes turns, because two pages may be read at the same time and <see cref="Process"/> is not thread-safe.</summary>
    private void Read()
    {
        lock (_reading)
        {
            var reading = _read();
            _cpu.IncTo(reading.CpuSeconds);
            SetIfReported(_resident, reading.ResidentBytes);
            SetIfReported(_virtual, reading.VirtualBytes);
            SetIfReported(_threads, reading.Threads);
            SetIfReported(_openFiles, reading.OpenFiles);
            _heap.Set(GC.GetTotalMemory(forceFullCollection: false));
            for (var generation = 0; generation < _collections.Length; generation++)
            {
                _collections[generation].IncTo(GC.CollectionCount(generation));
            }
        }
    }
}
