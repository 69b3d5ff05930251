using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Exporter.Benchmarks;

/// <summary>
/// Values without a pattern, as real accounts have them, the same in each run: numbers that count up and ids that differ in one digit would
/// be compressed to half of what real ones are.
/// </summary>
internal static class Believable
{
    private static readonly string[] Words =
    [
        "summer",
        "sale",
        "shoes",
        "offer",
        "news",
        "account",
        "unsubscribe",
        "men",
        "women",
        "kids",
        "blog",
        "guide",
    ];

    public static Guid StepId(int automation, int step)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Of(automation, step, 1));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Of(automation, step, 2));
        bytes[7] = (byte)((bytes[7] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes);
    }

    /// <summary>From some to some ten thousand, small numbers more often.</summary>
    public static long Clicks(int automation, int link) => (long)Math.Exp(2 + (Of(automation, link, 3) % 9000 / 1000d));

    public static string Url(int automation, int link)
    {
        var number = Of(automation, link, 4);
        return $"https://shop.example/{Words[number % 12]}/{Words[number / 12 % 12]}-{number / 144 % 10_000}";
    }

    private static ulong Of(int automation, int part, int use)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> input = stackalloc byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(input, automation);
        BinaryPrimitives.WriteInt32LittleEndian(input[4..], part);
        BinaryPrimitives.WriteInt32LittleEndian(input[8..], use);
        SHA256.HashData(input, digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }
}
