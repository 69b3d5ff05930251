using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Exporter.Exposition;

/// <summary>
/// Writes samples in the Prometheus text format 0.0.4 (the lines are the same in OpenMetrics 1.0). Within a family the sink adds the
/// labels of the current scope to each sample, and it writes HELP and TYPE before the first one, so a family without samples leaves
/// no trace.
/// </summary>
internal class SampleSink(IBufferWriter<byte> output)
{
    private readonly ArrayBufferWriter<byte> _scope = new(256);
    private MetricFamily? _family;
    private byte[] _name = [];
    private string[] _ownLabels = [];
    private bool _headed;

    /// <summary>Samples written so far.</summary>
    public int Samples { get; private set; }

    /// <summary>Begins a family; its scope's labels are the first of its labels.</summary>
    public virtual void Begin(MetricFamily family, int scopeLabels)
    {
        (_family, _headed) = (family, false);
        _name = Encoding.UTF8.GetBytes(family.Name);
        _ownLabels = family.Labels[scopeLabels..];
    }

    /// <summary>Sets the labels that all samples carry until the next call; a <see langword="null"/> value leaves its label out.</summary>
    public virtual void Scope(params ReadOnlySpan<(string Label, string? Value)> labels)
    {
        _scope.ResetWrittenCount();
        foreach (var (label, value) in labels)
        {
            if (value is not null)
            {
                Label(_scope, _scope.WrittenCount == 0, label, value);
            }
        }
    }

    /// <summary>Writes a sample whose own labels have these values, in the family's order.</summary>
    public virtual void Sample(double value, params ReadOnlySpan<string> labels)
    {
        Open(labels);
        var room = output.GetSpan(32);
        // The shortest text that reads back as the same double.
        _ = value.TryFormat(room, out var written);
        output.Advance(written);
        output.Write("\n"u8);
    }

    /// <inheritdoc cref="Sample(double, ReadOnlySpan{string})"/>
    public virtual void Sample(long value, params ReadOnlySpan<string> labels)
    {
        Open(labels);
        var room = output.GetSpan(32);
        _ = Utf8Formatter.TryFormat(value, room, out var written);
        output.Advance(written);
        output.Write("\n"u8);
    }

    /// <summary>Writes 1 or 0.</summary>
    public void Sample(bool value, params ReadOnlySpan<string> labels) => Sample(value ? 1L : 0L, labels);

    /// <summary>Writes a moment as seconds since the epoch, or 0 for never.</summary>
    public void Sample(DateTimeOffset? moment, params ReadOnlySpan<string> labels) =>
        Sample((moment?.ToUnixTimeMilliseconds() ?? 0) / 1000d, labels);

    private void Open(ReadOnlySpan<string> labels)
    {
        if (!_headed)
        {
            _headed = true;
            Header(_family!);
        }

        Samples++;
        output.Write(_name);
        if (_scope.WrittenCount == 0 && labels.Length == 0)
        {
            output.Write(" "u8);
            return;
        }

        output.Write("{"u8);
        output.Write(_scope.WrittenSpan);
        for (var i = 0; i < labels.Length; i++)
        {
            Label(output, _scope.WrittenCount == 0 && i == 0, _ownLabels[i], labels[i]);
        }

        output.Write("} "u8);
    }

    private void Header(MetricFamily family)
    {
        Text(output, $"# HELP {family.Name} {family.Help}\n# TYPE {family.Name} {(family.Type == MetricType.Counter ? "counter" : "gauge")}\n");
    }

    private static void Label(IBufferWriter<byte> output, bool first, string label, string value)
    {
        if (!first)
        {
            output.Write(","u8);
        }

        Text(output, label);
        output.Write("=\""u8);
        Text(output, LabelText.Escape(value));
        output.Write("\""u8);
    }

    private static void Text(IBufferWriter<byte> output, string text)
    {
        var room = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        output.Advance(Encoding.UTF8.GetBytes(text, room));
    }
}
