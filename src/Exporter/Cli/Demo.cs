using Exporter.Configuration;

namespace Exporter.Cli;

internal sealed class Demo : IAsyncDisposable
{
    public required ExporterOptions Options { get; init; }
    public static Task<Demo> StartAsync(DemoOptions options, CancellationToken cancellation) => throw new NotSupportedException(options + "" + cancellation.IsCancellationRequested);
    public void Welcome(TextWriter output, IReadOnlyCollection<string> addresses) => output.WriteLine(addresses.Count + Options.Accounts.Count);
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
