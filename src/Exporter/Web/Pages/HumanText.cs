using System.Globalization;

namespace Exporter.Web.Pages;

/// <summary>Formats times and numbers for people.</summary>
internal static class HumanText
{
    /// <summary>Returns a rough length of time: <c>12 s</c>, <c>5 min</c>, <c>3 h</c>, <c>2 d</c>.</summary>
    public static string Span(TimeSpan span) =>
        span switch
        {
            { Ticks: < 0 } => "0 s",
            { TotalSeconds: < 120 } => $"{(int)span.TotalSeconds} s",
            { TotalMinutes: < 120 } => $"{(int)span.TotalMinutes} min",
            { TotalHours: < 48 } => $"{(int)span.TotalHours} h",
            _ => $"{(int)span.TotalDays} d",
        };

    /// <summary>Returns a length of time exact enough to compare: <c>0.21 s</c>, <c>12.4 s</c>.</summary>
    public static string Duration(TimeSpan span) =>
        span.TotalSeconds.ToString(span.TotalSeconds < 10 ? "0.00 s" : "0.0 s", CultureInfo.InvariantCulture);

    /// <summary>Separates thousands with narrow no-break spaces.</summary>
    public static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202F');

    public static string Percent(double ratio) => ratio.ToString(ratio < 0.1 ? "0.0 %" : "0 %", CultureInfo.InvariantCulture);

    public static string Clock(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Shows how long ago something was; the tooltip holds the exact time.</summary>
    public static Markup Ago(DateTimeOffset? time, DateTimeOffset now) =>
        time is { } at
            ? Markup.FromText($"<time datetime=\"{at.ToString("O")}\" title=\"{Clock(at)}\">{Span(now - at)} ago</time>")
            : Markup.FromText($"never");

    public static Markup TimeUntil(DateTimeOffset? time, DateTimeOffset now) =>
        time is { } at
            ? Markup.FromText(
                $"<time datetime=\"{at.ToString("O")}\" "
                    + $"title=\"{Clock(at)}\">{(at - now < TimeSpan.FromSeconds(1) ? "now" : $"in {Span(at - now)}")}</time>"
            )
            : Markup.FromText($"not planned");

    public static string Count(long count, string one) => $"{Number(count)} {one}{(count == 1 ? "" : "s")}";
}
