using System.Text;

namespace Exporter.Telemetry;

/// <summary>
/// Reads a receiver's successful answer. Its <c>partial_success</c> (field 1) reports points that the receiver refused: its field 1 is
/// their number, field 2 the reason.
/// </summary>
internal static class OtlpAnswer
{
    /// <returns>The refusal in words; <see langword="null"/> when every point was accepted, or the answer is not protobuf.</returns>
    public static string? Rejection(ReadOnlySpan<byte> answer, Harmless harmless)
    {
        var (rejected, why) = (0UL, "");
        while (TryField(ref answer, out var field, out _, out var part))
        {
            while (field == 1 && TryField(ref part, out var inner, out var number, out var text))
            {
                rejected = inner == 1 ? number : rejected;
                why = inner == 2 ? harmless.Beginning(Encoding.UTF8.GetString(text), OtlpSender.LongestReason) : why;
            }
        }

        return rejected == 0 ? null : $"the receiver refused {rejected} points: {why}";
    }

    /// <summary>Reads one field from a message. Varints are the only numbers in these answers, so no others are supported.</summary>
    private static bool TryField(ref ReadOnlySpan<byte> message, out int field, out ulong number, out ReadOnlySpan<byte> bytes)
    {
        (field, number) = (0, 0);
        bytes = default;
        if (!TryVarint(ref message, out var tag) || !TryVarint(ref message, out number) || (tag & 7) is not (0 or 2))
        {
            return false;
        }

        field = (int)(tag >> 3);
        if ((tag & 7) == 0)
        {
            return true;
        }

        if (number > (ulong)message.Length)
        {
            return false;
        }

        bytes = message[..(int)number];
        message = message[(int)number..];
        return true;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> message, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && !message.IsEmpty; shift += 7)
        {
            var part = message[0];
            message = message[1..];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
