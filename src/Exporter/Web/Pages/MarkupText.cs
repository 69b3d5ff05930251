using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Exporter.Web.Pages;

/// <summary>Builds <see cref="Markup"/> from an interpolated string: the text between the holes is kept, the holes are escaped.</summary>
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
