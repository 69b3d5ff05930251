using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using Exporter.Exposition.Families;

namespace Exporter.Exposition.Text;

/// <summary>
/// Writes sample lines, which are the same in the Prometheus text format 0.0.4 and in OpenMetrics 1.0. Adds the labels of the current scope
/// to each sample.
/// </summary>
/// <remarks>
/// Most lines begin like the line before: the links of an email differ only in the last label. So the beginning is kept as bytes, and each
/// line writes only the labels from the first different one on.
/// </remarks>
internal sealed class LineSink(IBufferWriter<byte> output) : SampleSink
{
    /// <summary>The longest end of a line: the closing brace, a space, the number and the line feed.</summary>
    private const int LongestEnd = 64;

    private readonly List<byte> _line = new(512);

    /// <summary>The values of the sample's own labels in the line, and the end of each.</summary>
    private readonly List<(string Value, int End)> _own = [];

    private MetricFamily? _family;
    private string? _head;
    private int _nameEnd;
    private int _scopeEnd;
    private int _scopeLabels;

    /// <summary>The number of samples written so far.</summary>
    public int Samples { get; private set; }

    /// <summary>Begins a family. Its scope must follow.</summary>
    /// <param name="head">Text before the first sample. A family without samples writes nothing.</param>
    public void Begin(MetricFamily family, string? head = null)
    {
        (_family, _head) = (family, head);
        _line.Clear();
        Add(family.Name);
        _nameEnd = _line.Count;
    }

    public override void Scope(params ReadOnlySpan<(string Label, string? Value)> labels)
    {
        _line.RemoveRange(_nameEnd, _line.Count - _nameEnd);
        foreach (var (label, value) in labels)
        {
            if (value is not null)
            {
                Add(label, value);
            }
        }

        (_scopeEnd, _scopeLabels) = (_line.Count, labels.Length);
        _own.Clear();
    }

    public override void Sample(double value, params ReadOnlySpan<string> labels)
    {
        var room = Begin(labels, out var written);
        // This is the shortest text that reads back as the same double.
        _ = value.TryFormat(room[written..], out var digits);
        End(room, written + digits);
    }

    public override void Sample(long value, params ReadOnlySpan<string> labels)
    {
        var room = Begin(labels, out var written);
        _ = Utf8Formatter.TryFormat(value, room[written..], out var digits);
        End(room, written + digits);
    }

    private Span<byte> Begin(ReadOnlySpan<string> labels, out int written)
    {
        if (_head is { } head)
        {
            _head = null;
            output.Advance(Encoding.UTF8.GetBytes(head, output.GetSpan(Encoding.UTF8.GetMaxByteCount(head.Length))));
        }

        Own(labels);
        var line = CollectionsMarshal.AsSpan(_line);
        var close = line.Length == _nameEnd ? " "u8 : "} "u8;
        var room = output.GetSpan(line.Length + LongestEnd);
        line.CopyTo(room);
        close.CopyTo(room[line.Length..]);
        written = line.Length + close.Length;
        return room;
    }

    private void End(Span<byte> room, int written)
    {
        room[written] = (byte)'\n';
        output.Advance(written + 1);
        Samples++;
    }

    /// <summary>Sets the sample's own labels in the line.</summary>
    private void Own(ReadOnlySpan<string> labels)
    {
        var same = 0;
        while (same < labels.Length && same < _own.Count && ReferenceEquals(labels[same], _own[same].Value))
        {
            same++;
        }

        var end = same == 0 ? _scopeEnd : _own[same - 1].End;
        _line.RemoveRange(end, _line.Count - end);
        _own.RemoveRange(same, _own.Count - same);
        for (var i = same; i < labels.Length; i++)
        {
            Add(_family!.Labels[_scopeLabels + i], labels[i]);
            _own.Add((labels[i], _line.Count));
        }
    }

    private void Add(string label, string value)
    {
        _line.Add(_line.Count == _nameEnd ? (byte)'{' : (byte)',');
        Add(label);
        _line.AddRange("=\""u8);
        Add(LabelText.Escape(value));
        _line.Add((byte)'"');
    }

    private void Add(string text)
    {
        var before = _line.Count;
        CollectionsMarshal.SetCount(_line, before + Encoding.UTF8.GetMaxByteCount(text.Length));
        var written = Encoding.UTF8.GetBytes(text, CollectionsMarshal.AsSpan(_line)[before..]);
        CollectionsMarshal.SetCount(_line, before + written);
    }
}
