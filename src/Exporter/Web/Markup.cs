using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Exporter.Web;

/// <summary>HTML. It is made of interpolated strings whose holes are escaped, so a value cannot become a tag by being forgotten.</summary>
internal readonly record struct Markup
{
    private readonly string? _html;

    private Markup(string html) => _html = html;

    public static Markup None => default;

    public static Markup FromText(MarkupText html) => new(html.Build());

    /// <summary>One after the other.</summary>
    public static Markup Each<T>(IEnumerable<T> items, Func<T, Markup> markup) =>
        new(string.Concat(items.Select(item => markup(item)._html)));

    /// <summary>What is HTML already: constants of the program.</summary>
    public static Markup Trusted(string html) => new(html);

    public override string ToString() => _html ?? "";
}

/// <summary>Builds <see cref="Markup"/> from an interpolated string: the text between the holes as it is, the holes escaped.</summary>
[InterpolatedStringHandler]
internal readonly ref struct MarkupText(int literalLength, int formattedCount)
{
    private readonly StringBuilder _html = new(literalLength + (16 * formattedCount));

    public void AppendLiteral(string text) => _html.Append(text);

    public void AppendFormatted(string? text) => _html.Append(WebUtility.HtmlEncode(text));

    public void AppendFormatted(long number) => _html.Append(number);

    public void AppendFormatted(Markup html) => _html.Append(html.ToString());

    public string Build() => _html.ToString();
}
