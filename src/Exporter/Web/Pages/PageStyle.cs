namespace Exporter.Web.Pages;

/// <summary>The style sheet <c>Page.css</c>, which each page includes: its digest is in their Content-Security-Policy.</summary>
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
