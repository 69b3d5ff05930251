namespace Exporter.Web.Pages;

/// <summary>
/// The style sheet of the pages, <c>Page.css</c>, as it stands in each of them: its digest is in their Content-Security-Policy.
/// </summary>
internal static class PageStyle
{
    public static readonly string Css = Read();

    private static string Read()
    {
        using var css = typeof(PageStyle).Assembly.GetManifestResourceStream("Page.css")!;
        using var text = new StreamReader(css);
        return text.ReadToEnd();
    }
}
