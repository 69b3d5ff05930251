using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Exporter.Backtest;

/// <summary>Turns answers of <c>query_range</c> into OpenMetrics text, number by number as they were written.</summary>
internal sealed class MatrixWriter(Stream output) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1 << 20);

    /// <summary>One answer after the other, whoever writes at the same time.</summary>
    public void Write(byte[] answer, string name, IReadOnlyDictionary<string, string> labels)
    {
        lock (_buffer)
        {
            WriteAll(answer, name, labels);
        }
    }

    private void WriteAll(byte[] answer, string name, IReadOnlyDictionary<string, string> labels)
    {
        var json = new Utf8JsonReader(answer);
        byte[] series = [];
        while (json.Read())
        {
            if (json.TokenType is not JsonTokenType.PropertyName)
            {
                continue;
            }

            if (json.ValueTextEquals("metric"u8))
            {
                series = Encoding.UTF8.GetBytes(Series(ref json, name, labels));
            }
            else if (json.ValueTextEquals("values"u8))
            {
                Values(ref json, series);
            }
        }
    }

    public void Line(string text)
    {
        _buffer.Write(Encoding.UTF8.GetBytes(text));
        FlushWhenFull();
    }

    public void Dispose()
    {
        _buffer.Write("# EOF\n"u8);
        output.Write(_buffer.WrittenSpan);
        output.Dispose();
    }

    private void Values(ref Utf8JsonReader json, byte[] series)
    {
        json.Read();
        while (json.Read() && json.TokenType is JsonTokenType.StartArray)
        {
            json.Read();
            var time = json.ValueSpan;
            json.Read();
            _buffer.Write(series);
            _buffer.Write(json.ValueSpan);
            _buffer.Write(" "u8);
            _buffer.Write(time);
            _buffer.Write("\n"u8);
            json.Read();
            FlushWhenFull();
        }
    }

    private static string Series(ref Utf8JsonReader json, string name, IReadOnlyDictionary<string, string> added)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        json.Read();
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var label = json.GetString()!;
            json.Read();
            labels[label] = json.GetString()!;
        }

        labels.Remove("__name__");
        foreach (var (label, value) in added)
        {
            labels[label] = value;
        }

        return $"{name}{{{string.Join(',', labels.Select(label => $"{label.Key}=\"{label.Value}\""))}}} ";
    }

    private void FlushWhenFull()
    {
        if (_buffer.WrittenCount > 1 << 19)
        {
            output.Write(_buffer.WrittenSpan);
            _buffer.ResetWrittenCount();
        }
    }
}
