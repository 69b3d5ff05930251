using System.Text;
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
            new ProcessReading(CpuSeconds: 0, ResidentBytes: 300 * 4096, VirtualBytes: 5_000_000, Threads: 17, OpenFiles: 0),
            ProcessReading.Parse(
                $"4711 ({name}) S 1 4711 4711 0 -1 4194560 900 0 3 0 120 40 0 0 20 0 17 0 8000 5000000 300 18446744073709551615 1 1 0",
                pageSize: 4096
            )
        );

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
        Assert.Equal(0, ProcessReading.CountNames(directory.FullName));
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
