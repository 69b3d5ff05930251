using System.Security.Cryptography;
using System.Text;

namespace Exporter.Web.Pages;

/// <summary>The parts that all pages for people share: head, style, and the headers that restrict what a browser does with them.</summary>
internal static class PageLayout
{
    /// <summary>Allows no script, no request and no frame: text from outside the program can never run.</summary>
    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(PageStyle.Css)))}'; "
        + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>The icon: a rising line.</summary>
    private const string Icon =
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
        + "%3Crect width='16' height='16' rx='4' fill='%232458c5'/%3E"
        + "%3Cpath d='M3 11l3-4 3 2 4-5' fill='none' stroke='%23fff' stroke-width='1.8'/%3E%3C/svg%3E";

    /// <param name="refresh">Seconds after which the browser reloads the page; 0 means never.</param>
    public static string Render(string title, Markup body, int refresh) =>
        Markup
            .FromText(
                $"""
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <meta name="robots" content="noindex">
                {(refresh > 0 ? Markup.FromText($"<meta http-equiv=\"refresh\" content=\"{refresh}\">") : Markup.None)}
                <title>{title}</title>
                <link rel="icon" href="{Markup.Trusted(Icon)}">
                <style>{Markup.Trusted(PageStyle.Css)}</style>
                </head>
                <body>
                {body}
                </body>
                </html>

                """
            )
            .ToString();

    public static Task AnswerAsync(HttpContext context, int status, string title, Markup body)
    {
        var refresh = int.TryParse(context.Request.Query["refresh"], out var seconds) && seconds is >= 5 and <= 3600 ? seconds : 0;
        var headers = context.Response.Headers;

        // A policy that the operator set (--web.config.file) is there already and wins.
        headers.TryAdd("Content-Security-Policy", Policy);
        headers.TryAdd("X-Frame-Options", "deny");
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        return TextResponse.WriteAsync(context, status, Render(title, body, refresh), "text/html; charset=utf-8");
    }

    public static Markup Pill(HealthState state) => Markup.FromText($"<span class=\"pill {Class(state)}\">{LabelOf(state)}</span>");

    public static string Class(HealthState state) =>
        state switch
        {
            HealthState.Good => "good",
            HealthState.Waiting => "waiting",
            HealthState.Failing => "failing",
            _ => "stale",
        };

    private static string LabelOf(HealthState state) =>
        state switch
        {
            HealthState.Good => "up to date",
            HealthState.Waiting => "waiting",
            HealthState.Failing => "failing",
            _ => "no values",
        };
}
