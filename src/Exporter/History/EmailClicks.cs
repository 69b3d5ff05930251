using System.Collections.Immutable;

namespace Exporter.History;

/// <summary>The clicks of one email's links in successive stretches of time.</summary>
internal sealed class EmailClicks
{
    /// <param name="gains">The clicks of each link in each stretch.</param>
    /// <param name="loudest">The number of links in <see cref="Loudest"/>.</param>
    public EmailClicks(ImmutableArray<ImmutableArray<long>> gains, int loudest)
    {
        Gains = gains;
        Whole = [.. gains.Select(static link => link.Sum())];
        Stretches = [.. Enumerable.Range(0, gains[0].Length).Select(stretch => gains.Sum(link => link[stretch]))];
        All = Whole.Sum();
        Loudest = [.. Enumerable.Range(0, gains.Length).OrderByDescending(link => Whole[link]).Take(loudest)];
    }

    /// <summary>The clicks by link and stretch.</summary>
    public ImmutableArray<ImmutableArray<long>> Gains { get; }

    /// <summary>The clicks by link, over all stretches.</summary>
    public ImmutableArray<long> Whole { get; }

    /// <summary>The clicks by stretch, over all links.</summary>
    public ImmutableArray<long> Stretches { get; }

    public long All { get; }

    /// <summary>The indexes of the links with most clicks.</summary>
    public ImmutableArray<int> Loudest { get; }
}
