using System.Buffers;
using System.Text;
using Exporter.Exposition.Families;
using Exporter.Exposition.Text;

namespace Exporter.Exposition.Gzip;

/// <summary>Renders and compresses pieces, one at a time, in buffers that it reuses.</summary>
#pragma warning disable CA1001 // A memory stream holds nothing to release.
internal sealed class PieceRenderer
#pragma warning restore CA1001
{
    private readonly ArrayBufferWriter<byte> _text = new(64 * 1024);
    private readonly MemoryStream _scratch = new(64 * 1024);
    private readonly LineSink _sink;

    /// <summary>The number of the page that pieces are rendered for.</summary>
    public int Page { get; set; }

    public PieceRenderer() => _sink = new LineSink(_text);

    /// <summary>Renders the samples of a family for some parts, without the family's header.</summary>
    public Piece Render<TSubject>(MetricFamily<TSubject> family, params ReadOnlySpan<TSubject> subjects)
        where TSubject : Subject
    {
        _text.ResetWrittenCount();
        var before = _sink.Samples;
        _sink.Begin(family);
        foreach (var subject in subjects)
        {
            _sink.Scope(subject.Scope);
            family.Write(subject, _sink);
        }

        return Piece.Compress(_text.WrittenSpan, _sink.Samples - before, Page, _scratch);
    }

    /// <summary>Renders text without samples.</summary>
    /// <param name="page">The page that it is rendered for.</param>
    public Piece Render(string text, int page) => Piece.Compress(Encoding.UTF8.GetBytes(text), samples: 0, page, _scratch);
}
