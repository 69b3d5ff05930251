using System.Text;
using CsCheck;
using Exporter.Telemetry;
using Prometheus;

namespace Exporter.Tests.Telemetry;

public sealed class ProcessInstrumentsTests
{
    [Theory]
    [InlineData(
        "Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1024                 "
            + "524288               files     \n",
        1024d
    )]
    [InlineData("Max open files            unlimited            unlimited            files", double.PositiveInfinity)]
    [InlineData("Max open files            ", null)]
    [InlineData("Max cpu time              unlimited            unlimited            seconds", null)]
    [InlineData("", null)]
    public void The_limit_of_open_files_is_the_soft_one(string limits, double? most) =>
        Assert.Equal(most, ProcessInstruments.MaxOpenFilesIn(limits));

    [Theory]
    [InlineData("exporter")]
    [InlineData("a) R 1 (b) 2")]
    public void What_the_system_says_is_read_whatever_the_program_is_called(string name) =>
        Assert.Equal(
            new ProcessReading(CpuSeconds: 0, ResidentBytes: 300 * 4096, VirtualBytes: 5_000_000, Threads: 17, OpenFiles: null),
            ProcessReading.Parse(
                $"4711 ({name}) S 1 4711 4711 0 -1 4194560 900 0 3 0 120 40 0 0 20 0 17 0 8000 5000000 300 18446744073709551615 1 1 0",
                pageSize: 4096
            )
        );

    /// <summary>A sandbox may show less of it, something else, or nothing.</summary>
    [Fact]
    public void Whatever_the_system_says_instead_what_cannot_be_read_is_absent()
    {
        const string Good =
            "4711 (exporter) S 1 4711 4711 0 -1 4194560 900 0 3 0 120 40 0 0 20 0 17 0 8000 5000000 300 18446744073709551615";
        for (var length = 0; length <= Good.Length; length++)
        {
            Assert.InRange(ProcessReading.Parse(Good[..length], pageSize: 4096).Threads ?? 17, 1, 17);
            Assert.InRange(ProcessReading.Parse(Good[length..], pageSize: 4096).OpenFiles ?? 0, 0, 0);
        }

        Gen.Char["() 19-x\n\0"]
            .Array[0, 60]
            .Sample(text => Assert.Null(ProcessReading.Parse(new string(text), 4096).OpenFiles), iter: 2_000);
    }

    [Fact]
    public async Task A_figure_is_there_as_long_as_the_system_reports_it()
    {
        string[] names = ["process_resident_memory_bytes", "process_virtual_memory_bytes", "process_num_threads", "process_open_fds"];
        foreach (var reported in Enumerable.Range(0, 1 << names.Length))
        {
            var (registry, isReported) = (Metrics.NewCustomRegistry(), false);
            _ = new ProcessInstruments(
                registry,
                () => isReported ? new(1, Of(0), Of(1), Of(2), Of(3)) : default(ProcessReading) with { CpuSeconds = 1 }
            );
            long? Of(int number) => (reported & (1 << number)) != 0 ? 7 : null;

            foreach (var now in (bool[])[false, true, false])
            {
                isReported = now;
                var read = await ReadAsync(registry);
                Assert.Equal(names.Where((_, number) => now && Of(number) is not null), names.Where(read.ContainsKey));
                Assert.Equal(1, read["process_cpu_seconds_total"]);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void Names_in_a_directory_are_counted_and_nothing_else(int count)
    {
        var directory = Directory.CreateTempSubdirectory("sendgrid-exporter-");
        for (var i = 0; i < count; i++)
        {
            File.CreateSymbolicLink(Path.Combine(directory.FullName, $"{i}"), "socket:[1234]");
        }

        var counted = ProcessReading.CountNames(directory.FullName);
        directory.Delete(recursive: true);

        Assert.Equal(count, counted);
        Assert.Null(ProcessReading.CountNames(directory.FullName));
    }

    [Fact]
    public async Task Process_metrics_have_the_usual_names_and_their_counters_never_fall()
    {
        var registry = Metrics.NewCustomRegistry();
        _ = new ProcessInstruments(registry);

        var first = await ReadAsync(registry);
        var second = await ReadAsync(registry);

        Assert.Superset(
            new HashSet<string>(
                [
                    "process_cpu_seconds_total",
                    "process_max_fds",
                    "process_open_fds",
                    "process_resident_memory_bytes",
                    "process_start_time_seconds",
                    "process_virtual_memory_bytes",
                    "process_num_threads",
                    "dotnet_total_memory_bytes",
                ],
                StringComparer.Ordinal
            ),
            first.Keys.ToHashSet(StringComparer.Ordinal)
        );
        Assert.All(first, sample => Assert.True(sample.Value >= 0, sample.Key));
        Assert.True(first["process_resident_memory_bytes"] > 1 << 20);
        Assert.True(first["process_open_fds"] <= first["process_max_fds"]);
        Assert.Equal(first["process_start_time_seconds"], second["process_start_time_seconds"]);
        // Bytes on the heap are a gauge with "total" in its name: only counters end in it.
        var counters = first.Where(sample => sample.Key.Split('{')[0].EndsWith("_total", StringComparison.Ordinal)).ToList();
        Assert.Contains(counters, sample => sample.Key.StartsWith("dotnet_collection_count_total", StringComparison.Ordinal));
        Assert.All(counters, sample => Assert.True(second[sample.Key] >= sample.Value, sample.Key));
    }

    private static async Task<Dictionary<string, double>> ReadAsync(CollectorRegistry registry)
    {
        using var page = new MemoryStream();
        await registry.CollectAndExportAsTextAsync(page, TestContext.Current.CancellationToken);
        return Encoding
            .UTF8.GetString(page.ToArray())
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' '))
            .ToDictionary(
                parts => parts[0],
                parts => double.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture),
                StringComparer.Ordinal
            );
    }
}
