using System.Buffers;
using System.Globalization;
using System.Text;
using Exporter.Exposition.Families;
using Exporter.Exposition.Text;

namespace Exporter.Tests.Exposition;

public sealed class LineSinkTests
{
    private static readonly MetricFamily Few = new("few", MetricType.Gauge, "Few.", "account", "automation");
    private static readonly MetricFamily Many = new(
        "many",
        MetricType.Gauge,
        "Many.",
        "account",
        "automation",
        "step_id",
        "url_location",
        "url"
    );

    /// <summary>What it keeps of the line before must never show in the next one.</summary>
    [Fact]
    public void Each_line_says_what_it_would_say_alone()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var output = new ArrayBufferWriter<byte>();
            var (sink, expected) = (new LineSink(output), new StringBuilder());
            for (var family = random.Next(1, 4); family > 0; family--)
            {
                var (described, isMany, samples) = (random.Next(2) == 0, random.Next(3) > 0, sink.Samples);
                sink.Begin(isMany ? Many : Few, described ? "# TYPE\n" : null);
                for (var scope = random.Next(3); scope > 0; scope--)
                {
                    (string, string?)[] scoped = [("account", random.Next(2) == 0 ? null : Text(random)), ("automation", Text(random))];
                    sink.Scope(scoped);
                    for (var sample = random.Next(6); sample > 0; sample--)
                    {
                        string[] own = isMany ? [Text(random), Text(random), Text(random)] : [];
                        long value = random.Next(-9, 1000);
                        expected.Append(described && sink.Samples == samples ? "# TYPE\n" : "");
                        sink.Sample(value, own);
                        expected.Append(Line(isMany ? Many : Few, [.. scoped.Select(static label => label.Item2), .. own], value));
                    }
                }
            }

            Assert.Equal(expected.ToString(), Encoding.UTF8.GetString(output.WrittenSpan));
            Assert.Equal(expected.ToString().Split('\n').Count(static line => line is not ("" or "# TYPE")), sink.Samples);
        }
    }

    [Fact]
    public void A_line_without_labels_has_no_braces()
    {
        var output = new ArrayBufferWriter<byte>();
        var sink = new LineSink(output);
        sink.Begin(Few);

        sink.Scope(("account", null));
        sink.Sample(1.5);

        Assert.Equal("few 1.5\n", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    /// <summary>As much as a double holds, and no digit more: a gauge that stands still must not seem to move.</summary>
    [Theory]
    [InlineData(0.1, "0.1")]
    [InlineData(1767268800.25, "1767268800.25")]
    [InlineData(9007199254740993, "9007199254740992")]
    [InlineData(-double.Epsilon, "-5E-324")]
    [InlineData(double.MaxValue, "1.7976931348623157E+308")]
    public void A_number_is_the_shortest_text_that_reads_back_as_the_same(double value, string text)
    {
        var output = new ArrayBufferWriter<byte>();
        var sink = new LineSink(output);
        sink.Begin(Few);
        sink.Scope();
        sink.Sample(value);
        sink.Sample(long.MinValue);

        Assert.Equal($"few {text}\nfew -9223372036854775808\n", Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Equal(value, double.Parse(text, CultureInfo.InvariantCulture));
    }

    private static string Line(MetricFamily family, IEnumerable<string?> values, long value) =>
        $"{family.Name}{{{string.Join(
            ',',
            family.Labels.Zip(values).Where(static label => label.Second is not null).Select(static label =>
                $"{label.First}=\"{label.Second!.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\""
            )
        )}}} {value}\n";

    /// <summary>Few, so that many are the same as in the line before; some the same object and some only alike.</summary>
    private static string Text(Random random) =>
        random.Next(8) switch
        {
            0 => "",
            1 => "a\"\\\nb",
            2 => new string('\u20ac', 3),
            3 => new string('x', 700),
            4 => new string(['a', 'b']),
            5 => "ab",
            _ => "a",
        };
}
