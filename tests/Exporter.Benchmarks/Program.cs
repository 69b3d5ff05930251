using BenchmarkDotNet.Running;
using Exporter.Benchmarks;
using Exporter.Benchmarks.Peers;

// The peers are this same program, so that each is measured in a process of its own.
return args switch
{
    ["pieces", .. var rest] => BenchmarkSwitcher
        .FromAssembly(typeof(BenchCommand).Assembly)
        .Run(rest)
        .Any(summary => summary.HasCriticalValidationErrors)
        ? 1
        : 0,
    ["polls", var exporter] => await BenchCommand.PollsAsync(exporter),
    ["levels"] => Levels.Print(Console.Out),
    ["read", var sendGrid, var series] => await PollCost.ReadAsync(new Uri(sendGrid), new Size(int.Parse(series))),
    ["serve-prometheus-net", var page, var port] => await PrometheusNetPeer.ServeAsync(page, int.Parse(port)),
    ["serve-opentelemetry", var page, var port] => await OpenTelemetryPeer.ServeAsync(page, int.Parse(port)),
    _ => await BenchCommand.Create().Parse(args).InvokeAsync(),
};
