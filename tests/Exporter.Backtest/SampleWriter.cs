using System.Buffers;
using System.Text;

namespace Exporter.Backtest;

/// <summary>Writes samples as OpenMetrics text.</summary>
internal sealed class SampleWriter(Stream output) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1 << 20);

    public void Line(string text)
    {
        _buffer.Write(Encoding.UTF8.GetBytes(text));
        if (_buffer.WrittenCount > 1 << 19)
        {
            output.Write(_buffer.WrittenSpan);
            _buffer.ResetWrittenCount();
        }
    }

    public void Dispose()
    {
        _buffer.Write("# EOF\n"u8);
        output.Write(_buffer.WrittenSpan);
        output.Dispose();
    }
}
