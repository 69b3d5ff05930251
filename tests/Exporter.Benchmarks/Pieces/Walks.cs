using BenchmarkDotNet.Attributes;
using Exporter.Snapshots;

namespace Exporter.Benchmarks.Pieces;

/// <summary>The table of an automation after one more walk.</summary>
[MemoryDiagnoser]
public class Walks
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly LinksOptions Options = new();

    private readonly Dictionary<string, ObservedLink[]> _walks = new(StringComparer.Ordinal);
    private LinkTable _table = LinkTable.Empty;

    [Params(30, 1000)]
    public int Links { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        foreach (var (name, more) in ((string, int)[])[("same", 0), ("grown", 1)])
        {
            _walks[name] =
            [
                .. Enumerable
                    .Range(0, Links)
                    .Select(link => new ObservedLink(
                        new EmailKey($"step-{link % 10}"),
                        $"{link / 10}",
                        $"https://shop.example/{link}",
                        1000 + link + more
                    )),
            ];
        }

        _table = LinkTable.Empty.ApplyWalk(_walks["same"], Options, Now);
    }

    [Benchmark]
    public object NothingChanged() => _table.ApplyWalk(_walks["same"], Options, Now);

    [Benchmark]
    public object EveryLinkGrew() => _table.ApplyWalk(_walks["grown"], Options, Now);
}
