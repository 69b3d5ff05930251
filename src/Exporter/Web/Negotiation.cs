using Exporter.Exposition.Text;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Exporter.Web;

/// <summary>Decides from a client's headers what to send (RFC 9110, section 12.5).</summary>
internal static class Negotiation
{
    /// <summary>
    /// Returns OpenMetrics for a client that names it in the version we serve and prefers nothing else; text 0.0.4 for all others, whatever
    /// they ask for, because a scraper can use it better than a refusal.
    /// </summary>
    public static TextFormat Format(StringValues accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(accept, out var ranges))
        {
            return TextFormat.Prometheus;
        }

        var openMetrics = Weight(ranges, "application/openmetrics-text", "1.0.0");
        var text = Weight(ranges, "text/plain", "0.0.4") ?? Weight(ranges, "text/*") ?? Weight(ranges, "*/*");
        return openMetrics > 0 && openMetrics >= (text ?? 0) ? TextFormat.OpenMetrics : TextFormat.Prometheus;
    }

    /// <summary>Whether gzip is named with a weight above 0, or covered by <c>*</c>, and plain text is not preferred.</summary>
    public static bool TakesGzip(StringValues acceptEncoding)
    {
        if (!StringWithQualityHeaderValue.TryParseList(acceptEncoding, out var codings))
        {
            return false;
        }

        var gzip = Weight(codings, "gzip") ?? Weight(codings, "*");
        return gzip > 0 && gzip >= (Weight(codings, "identity") ?? 0);
    }

    private static double? Weight(IList<StringWithQualityHeaderValue> codings, string name) =>
        codings.FirstOrDefault(coding => coding.Value.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } named
            ? named.Quality ?? 1
            : null;

    /// <summary>Returns the greatest weight among the ranges of a type; a range that names a version must name this one.</summary>
    private static double? Weight(IList<MediaTypeHeaderValue> ranges, string type, string? version = null) =>
        ranges
            .Where(range =>
                range.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)
                && (version is null || (Version(range) ?? version) == version)
            )
            .Max(static range => range.Quality ?? (double?)1);

    private static string? Version(MediaTypeHeaderValue range) =>
        range
            .Parameters.FirstOrDefault(static parameter => parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase))
            ?.GetUnescapedValue()
            .ToString();
}
