namespace Exporter.Web.Pages;

/// <summary>HTML. It is built from interpolated strings whose holes are escaped, so a value cannot become a tag by mistake.</summary>
internal readonly record struct Markup
{
    private readonly string? _html;

    private Markup(string html) => _html = html;

    public static Markup None => default;

    public static Markup FromText(MarkupText html) => new(html.Build());

    /// <summary>Renders the items one after the other.</summary>
    public static Markup Each<T>(IEnumerable<T> items, Func<T, Markup> markup) =>
        new(string.Concat(items.Select(item => markup(item)._html)));

    /// <summary>Wraps text that is already HTML: constants of the program.</summary>
    public static Markup Trusted(string html) => new(html);

    public override string ToString() => _html ?? "";
}
