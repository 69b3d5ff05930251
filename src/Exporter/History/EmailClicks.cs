using System.Collections.Immutable;

namespace Exporter.History;

/// <summary>What the links of one email gained in successive stretches of time.</summary>
internal sealed class EmailClicks
{
    /// <param name="gains">Of each link its clicks in each stretch.</param>
    /// <param name="loudest">How many of the links with most clicks are to be known.</param>
    public EmailClicks(ImmutableArray<ImmutableArray<long>> gains, int loudest)
    {
        Gains = gains;
        Whole = [.. gains.Select(static link => link.Sum())];
        Stretches = [.. Enumerable.Range(0, gains[0].Length).Select(stretch => gains.Sum(link => link[stretch]))];
        All = Whole.Sum();
        Loudest = [.. Enumerable.Range(0, gains.Length).OrderByDescending(link => Whole[link]).Take(loudest)];
    }

    /// <summary>By link and stretch.</summary>
    public ImmutableArray<ImmutableArray<long>> Gains { get; }

    /// <summary>By link, all of its stretches.</summary>
    public ImmutableArray<long> Whole { get; }

    /// <summary>By stretch, all of its links.</summary>
    public ImmutableArray<long> Stretches { get; }

    public long All { get; }

    /// <summary>The links with most clicks, by number.</summary>
    public ImmutableArray<int> Loudest { get; }
}
