using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Exporter.Web.Pages;

/// <summary>Small inline SVG pictures of the recent gains of totals; all pictures of a page show the same time.</summary>
/// <param name="Gains">The gains of equal stretches of time; <see langword="null"/> where nothing is known.</param>
/// <param name="Span">The time that the pictures show.</param>
/// <param name="End">The end of that time.</param>
internal sealed record Pictures<TKey>(IReadOnlyDictionary<TKey, ImmutableArray<long?>> Gains, TimeSpan Span, DateTimeOffset End)
    where TKey : notnull
{
    private const int Height = 30;

    /// <summary>The heading of the pictures.</summary>
    public string Title => Gains.Count == 0 ? "" : $"New clicks, {HumanText.Span(Span)}";

    /// <summary>Draws a picture for the row of a table, with its scale.</summary>
    /// <param name="key">Which total.</param>
    /// <param name="droppedAt">Since when it gains far less than it should; that time is marked.</param>
    public Markup Small(TKey key, DateTimeOffset? droppedAt = null) =>
        !Drawable(key, out var gains)
            ? Markup.None
            : Markup.FromText(
                $"{Draw(gains, "spark", droppedAt)}<small class=\"scale\">up to {HumanText.Number(gains.Max() ?? 0)} in "
                    + $"{HumanText.Span(Span / gains.Length)}</small>"
            );

    /// <summary>Draws a picture over the whole width, with a heading.</summary>
    public Markup Big(TKey key) =>
        !Drawable(key, out var gains)
            ? Markup.None
            : Markup.FromText(
                $"""
                <h3>{Says(gains)}</h3>
                <div class="card picture">{Draw(gains, "spark big", droppedAt: null)}</div>
                """
            );

    /// <summary>Marks the time from the drop to the end, wide enough to be seen.</summary>
    private Markup Drop(int width, DateTimeOffset? droppedAt)
    {
        var left = droppedAt is { } at ? Math.Clamp(width * (1 - ((End - at) / Span)), 0, width - 1.5) : width;
        return droppedAt is null
            ? Markup.None
            : Markup.FromText(
                $"<rect class=\"drop\" x=\"{left.ToString("0.#", CultureInfo.InvariantCulture)}\" y=\"0\" "
                    + $"width=\"{(width - left).ToString("0.#", CultureInfo.InvariantCulture)}\" height=\"{Height}\"/>"
            );
    }

    /// <summary>Whether there is a line to draw: it needs two points.</summary>
    private bool Drawable(TKey key, out ImmutableArray<long?> gains) =>
        Gains.TryGetValue(key, out gains) && gains.Count(gain => gain is not null) > 1;

    private string Says(ImmutableArray<long?> gains) => $"{HumanText.Count(gains.Sum() ?? 0, "new click")} in {HumanText.Span(Span)}";

    private Markup Draw(ImmutableArray<long?> gains, string style, DateTimeOffset? droppedAt)
    {
        var top = Math.Max(1, gains.Max() ?? 1);
        var (line, area) = (new StringBuilder(), new StringBuilder());
        for (var i = 0; i < gains.Length; i++)
        {
            var first = i;
            for (; i < gains.Length && gains[i] is { } gain; i++)
            {
                // One free pixel above and below keeps the line whole.
                var y = (Height - 1 - ((Height - 2) * ((double)gain / top))).ToString("0.#", CultureInfo.InvariantCulture);
                line.Append(i == first ? 'M' : 'L').Append(i).Append(' ').Append(y);
                area.Append(i == first ? $"M{i} {Height}L" : "L").Append(i).Append(' ').Append(y);
            }

            if (i > first)
            {
                area.Append('L').Append(i - 1).Append(' ').Append(Height).Append('Z');
            }
        }

        return Markup.FromText(
            $"<svg class=\"{style}\" viewBox=\"0 0 {gains.Length - 1} {Height}\" preserveAspectRatio=\"none\" "
                + $"role=\"img\"><title>{Says(gains)}</title>{Drop(gains.Length - 1, droppedAt)}<path class=\"area\" "
                + $"d=\"{area.ToString()}\"/><path class=\"line\" d=\"{line.ToString()}\"/></svg>"
        );
    }
}
