using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Exporter.SendGrid.Wire;

namespace Exporter.Benchmarks.Pieces;

/// <summary>A page of an automation's links, from bytes to rows.</summary>
[MemoryDiagnoser]
public class PageDecoding
{
    private byte[] _page = [];

    [Params(50, 100)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup() =>
        _page = JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["results"] = Enumerable
                    .Range(0, Rows)
                    .Select(static link => new
                    {
                        url = $"https://shop.example/campaign/{link}",
                        url_location = link,
                        step_id = "d9fce3aa-0000-4000-8000-000000000001",
                        clicks = 1000 + link,
                    }),
                ["_metadata"] = new { count = Rows },
            }
        );

    [Benchmark]
    public object? Decode() => JsonSerializer.Deserialize(_page, WireJson.Default.AutomationLinks);
}
