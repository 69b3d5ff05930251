using System.Buffers.Binary;
using System.Text;

namespace Exporter.Exposition.Otlp;

/// <summary>Writes the part of protobuf's wire format that OpenTelemetry's metrics need, into a growing buffer that is reused.</summary>
internal sealed class ProtobufWriter
{
    /// <summary>The bytes of a length that is filled in later, whatever its value: a varint may be padded.</summary>
    private const int LengthSize = 4;

    private const int Number = 0;
    private const int EightBytes = 1;
    private const int Bytes = 2;

    private byte[] _buffer = new byte[4096];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Begins a message inside the current one.</summary>
    /// <returns>The argument for <see cref="End"/>.</returns>
    public int Begin(int field)
    {
        Tag(field, Bytes);
        Reserve(LengthSize);
        Length += LengthSize;
        return Length;
    }

    /// <summary>Ends the message.</summary>
    public void End(int begun)
    {
        var (length, at) = (Length - begun, begun - LengthSize);
        for (var i = 0; i < LengthSize; i++)
        {
            _buffer[at + i] = (byte)((length & 0x7f) | (i < LengthSize - 1 ? 0x80 : 0));
            length >>= 7;
        }
    }

    public void Text(int field, string text)
    {
        Tag(field, Bytes);
        LengthAndText(text);
    }

    public void Varint(int field, ulong value)
    {
        Tag(field, Number);
        Varint(value);
    }

    public void Fixed64(int field, ulong value)
    {
        Tag(field, EightBytes);
        Reserve(sizeof(ulong));
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.AsSpan(Length), value);
        Length += sizeof(ulong);
    }

    public void Double(int field, double value) => Fixed64(field, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Writes an attribute of OpenTelemetry: a <c>KeyValue</c> with a text.</summary>
    public void Attribute(int field, string key, string value)
    {
        var any = Size(Encoding.UTF8.GetByteCount(value));
        Tag(field, Bytes);
        Varint((ulong)(Size(Encoding.UTF8.GetByteCount(key)) + Size(any)));
        Text(1, key);
        Tag(2, Bytes);
        Varint((ulong)any);
        Text(1, value);
    }

    /// <summary>Appends the content of another writer.</summary>
    public void Append(ProtobufWriter other)
    {
        Reserve(other.Length);
        other.Written.CopyTo(_buffer.AsSpan(Length));
        Length += other.Length;
    }

    /// <summary>Returns the size of a field with this many bytes and a number below 16.</summary>
    private static int Size(int bytes)
    {
        var size = 2 + bytes;
        for (var rest = bytes >> 7; rest > 0; rest >>= 7)
        {
            size++;
        }

        return size;
    }

    private void LengthAndText(string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        Varint((ulong)bytes);
        Reserve(bytes);
        Length += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(Length));
    }

    private void Tag(int field, int type) => Varint((ulong)((field << 3) | type));

    private void Varint(ulong value)
    {
        Reserve(10);
        for (; value > 0x7f; value >>= 7)
        {
            _buffer[Length++] = (byte)(value | 0x80);
        }

        _buffer[Length++] = (byte)value;
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - Length < bytes)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + bytes));
        }
    }
}
