using System.Numerics;

namespace Simulator;

/// <summary>
/// Random draws that depend only on their key. So any hour of any link can be drawn in any order and from any thread, and the same seed
/// always gives the same world.
/// </summary>
internal readonly record struct Dice(ulong Key)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    public static Dice Of(long seed) => new(Mix((ulong)seed + Golden));

    public Dice For(long number) => new(Mix(Key ^ Mix((ulong)number + Golden)));

    public Dice For(string name)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var c in name)
        {
            hash = (hash ^ c) * 0x100000001B3UL;
        }

        return For((long)hash);
    }

    /// <summary>Returns a number in [0, 1).</summary>
    public double Uniform() => (Key >> 11) * (1.0 / (1UL << 53));

    public double Between(double low, double high) => low + ((high - low) * Uniform());

    public int Below(int limit) => (int)(Uniform() * limit);

    /// <summary>Returns how many events happen when <paramref name="mean"/> are expected.</summary>
    public int Poisson(double mean)
    {
        if (mean <= 0)
        {
            return 0;
        }

        if (mean > 30)
        {
            return Math.Max(0, (int)Math.Round(mean + (Math.Sqrt(mean) * Normal())));
        }

        var (count, chance, left) = (0, Math.Exp(-mean), Uniform());
        while (left > chance && count < 200)
        {
            left -= chance;
            count++;
            chance *= mean / count;
        }

        return count;
    }

    /// <summary>Returns a number of the normal distribution with mean 0 and standard deviation 1.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * For(1).Uniform());

    /// <summary>Returns how many of <paramref name="count"/> fair coins show heads: exact, one hash for 64 coins.</summary>
    public int Heads(int count)
    {
        var heads = 0;
        for (var i = 0; count > 0; i++, count -= 64)
        {
            heads += BitOperations.PopCount(For(i).Key & (count >= 64 ? ulong.MaxValue : (1UL << count) - 1));
        }

        return heads;
    }

    /// <summary>Returns a version 4 UUID in lower case.</summary>
    public string Uuid()
    {
        var (high, low) = (For(1).Key, For(2).Key);
        var text = $"{high:x16}{low:x16}";
        return $"{text[..8]}-{text[8..12]}-4{text[13..16]}-{"89ab"[(int)(low >> 60) & 3]}{text[17..20]}-{text[20..]}";
    }

    /// <summary>Returns a fake API key in the documented form: 69 characters.</summary>
    public string ApiKey() => $"SG.{For(1).Text(22)}.{For(2).Text(43)}";

    private string Text(int length)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var dice = this;
        return string.Concat(Enumerable.Range(0, length).Select(i => Alphabet[dice.For(i).Below(Alphabet.Length)]));
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
