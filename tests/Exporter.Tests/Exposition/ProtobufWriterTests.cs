using System.Text;
using Exporter.EndToEnd.Fixtures;
using Exporter.Exposition.Otlp;

namespace Exporter.Tests.Exposition;

public sealed class ProtobufWriterTests
{
    [Fact]
    public void Whatever_is_written_is_read_back_field_by_field()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var (writer, expected) = (new ProtobufWriter(), new StringBuilder());
            Write(writer, expected, new Random(seed), depth: 0);

            var read = new StringBuilder();
            Read(writer.Written.ToArray(), expected.ToString().Split('\n'), read);

            Assert.Equal(expected.ToString(), read.ToString());
        }
    }

    /// <summary>Its lengths are counted beforehand: where a length takes one more byte, so do those around it.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 121)]
    [InlineData(1, 122)]
    [InlineData(0, 127)]
    [InlineData(127, 128)]
    [InlineData(128, 0)]
    [InlineData(3, 16_380)]
    [InlineData(3, 16_383)]
    [InlineData(16_384, 2_097_152)]
    public void An_attribute_is_a_message_whose_lengths_are_right(int keyLength, int valueLength)
    {
        var (key, value) = (new string('k', keyLength), new string('v', valueLength));
        var writer = new ProtobufWriter();

        writer.Attribute(7, key, value);
        writer.Varint(8, 1);

        ReadOnlyMemory<byte> written = writer.Written.ToArray();
        var attribute = Assert.Single(written.All(7));
        Assert.Equal((key, value), (attribute.Last(1).Text, attribute.Last(2).Bytes.Last(1).Text));
        Assert.Equal(1UL, written.Last(8).Value);
    }

    [Fact]
    public void Text_that_is_no_text_keeps_its_lengths()
    {
        var writer = new ProtobufWriter();

        writer.Text(1, "\ud83d\u20ac");
        writer.Attribute(2, "\udc00", "\ud83d\ude00\ud83d");

        ReadOnlyMemory<byte> written = writer.Written.ToArray();
        Assert.Equal("\ufffd\u20ac", written.Last(1).Text);
        Assert.Equal(
            ("\ufffd", "\U0001F600\ufffd"),
            (written.Last(2).Bytes.Last(1).Text, written.Last(2).Bytes.Last(2).Bytes.Last(1).Text)
        );
    }

    [Fact]
    public void What_is_appended_stays_when_its_writer_is_used_again()
    {
        var (whole, part) = (new ProtobufWriter(), new ProtobufWriter());
        for (var number = 0UL; number < 3; number++)
        {
            part.Clear();
            part.Varint(1, number);
            part.Text(2, new string('x', 4090));
            whole.Append(part);
        }

        var numbers = Protobuf.Fields(whole.Written.ToArray()).Where(static field => field.Number == 1).Select(static field => field.Value);
        Assert.Equal([0UL, 1UL, 2UL], numbers);
        Assert.Equal(3 * part.Length, whole.Length);
    }

    private static void Write(ProtobufWriter writer, StringBuilder expected, Random random, int depth)
    {
        for (var count = random.Next(1, 6); count > 0; count--)
        {
            // 16 and more take a second byte.
            var field = random.Next(1, 40);
            var value = (ulong)random.NextInt64() >> random.Next(64);
            switch (random.Next(5))
            {
                case 0:
                    writer.Varint(field, value);
                    expected.Append($"number {field} {value}\n");
                    break;
                case 1:
                    writer.Fixed64(field, value);
                    expected.Append($"number {field} {value}\n");
                    break;
                case 2:
                    var real = random.NextDouble();
                    writer.Double(field, real);
                    expected.Append($"number {field} {BitConverter.DoubleToUInt64Bits(real)}\n");
                    break;
                case 3 when depth < 4:
                    var begun = writer.Begin(field);
                    expected.Append($"begin {field}\n");
                    Write(writer, expected, random, depth + 1);
                    writer.End(begun);
                    expected.Append($"end {field}\n");
                    break;
                default:
                    var text = new string((char)random.Next('a', 'z'), random.Next(3) == 0 ? random.Next(6000) : random.Next(9));
                    writer.Text(field, text);
                    expected.Append($"text {field} {text}\n");
                    break;
            }
        }
    }

    /// <param name="message">The message.</param>
    /// <param name="expected">What was written: nothing in the bytes says whether they are a text or a message.</param>
    /// <param name="read">Gets a line for each field.</param>
    private static void Read(ReadOnlyMemory<byte> message, string[] expected, StringBuilder read)
    {
        foreach (var field in Protobuf.Fields(message))
        {
            var line = read.ToString().Count(static c => c == '\n');
            switch (expected.ElementAtOrDefault(line)?.Split(' ')[0])
            {
                case "begin":
                    read.Append($"begin {field.Number}\n");
                    Read(field.Bytes, expected, read);
                    read.Append($"end {field.Number}\n");
                    break;
                case "text":
                    read.Append($"text {field.Number} {field.Text}\n");
                    break;
                default:
                    read.Append($"number {field.Number} {field.Value}\n");
                    break;
            }
        }
    }
}
