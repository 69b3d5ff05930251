namespace Exporter.SendGrid;

/// <summary>The decision about a page's <c>_metadata.next</c>.</summary>
/// <param name="Uri">The next page; <see langword="null"/> on the last page or when <paramref name="Problem"/> is set.</param>
/// <param name="Problem">The reason why the link cannot be followed.</param>
internal readonly record struct NextLink(Uri? Uri, string? Problem)
{
    /// <summary>
    /// Decides where the next page is. The result always has the origin of <paramref name="baseUrl"/>, so the key cannot leave that origin.
    /// </summary>
    /// <param name="baseUrl">The configured origin.</param>
    /// <param name="current">The page that was just read.</param>
    /// <param name="next">The page's link to the next one; <c>""</c>, null and absent all mean the last page.</param>
    /// <remarks>
    /// A link of the same origin is followed as given (the API's documents: "call the passed URL"), without any user name or fragment,
    /// which would make one page look like two. A link of another origin to the path being walked comes from a proxy in front of the API,
    /// or has http instead of https: its path and query are requested from <paramref name="baseUrl"/>. Any other link is refused.
    /// </remarks>
    public static NextLink Resolve(Uri baseUrl, Uri current, string? next)
    {
        if (string.IsNullOrWhiteSpace(next))
        {
            return default;
        }

        if (!System.Uri.TryCreate(current, next, out var target))
        {
            return new NextLink(Uri: null, "the link to the next page is not a URL");
        }

        return SameOrigin(baseUrl, target) || string.Equals(target.AbsolutePath, current.AbsolutePath, StringComparison.Ordinal)
            ? new NextLink(OnOrigin(baseUrl, target.PathAndQuery), Problem: null)
            : new NextLink(Uri: null, "the link to the next page leads to another origin and another path");
    }

    private const string Grouping = "group_by";

    /// <summary>Returns <paramref name="next"/> with those parameters of <paramref name="first"/> that it lost.</summary>
    public static Uri WithParametersOf(Uri first, Uri next)
    {
        var have = Parameters(next).Select(NameOf).ToHashSet(StringComparer.Ordinal);
        var missing = Parameters(first)
            .Where(parameter => NameOf(parameter) == Grouping ? !KeepsGrouping(first, next) : !have.Contains(NameOf(parameter)))
            .ToList();
        if (missing.Count == 0)
        {
            return next;
        }

        var lost = missing.Select(NameOf).ToHashSet(StringComparer.Ordinal);
        var query = string.Join('&', Parameters(next).Where(parameter => !lost.Contains(NameOf(parameter))).Concat(missing));
        return OnOrigin(next, $"{next.AbsolutePath}?{query}");
    }

    /// <summary>
    /// Whether <paramref name="next"/> requests the same groups as <paramref name="first"/>. An empty or different <c>group_by</c> does
    /// not.
    /// </summary>
    public static bool KeepsGrouping(Uri first, Uri next) => Groups(next).SequenceEqual(Groups(first), StringComparer.Ordinal);

    public static bool SameOrigin(Uri one, Uri other) =>
        string.Equals(one.GetLeftPart(UriPartial.Scheme), other.GetLeftPart(UriPartial.Scheme), StringComparison.OrdinalIgnoreCase)
        && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase)
        && one.Port == other.Port;

    /// <remarks>
    /// The parts are joined as text: resolved against an origin, a path that begins with <c>//</c> would name another host.
    /// </remarks>
    private static Uri OnOrigin(Uri origin, string pathAndQuery) => new(origin.GetLeftPart(UriPartial.Authority) + pathAndQuery);

    private static string[] Parameters(Uri uri) => uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Groups(Uri uri) =>
        Parameters(uri)
            .Where(parameter => NameOf(parameter) == Grouping)
            .Select(parameter => Uri.UnescapeDataString(parameter.Split('=', 2)[^1]));

    private static string NameOf(string parameter) => Uri.UnescapeDataString(parameter.Split('=', 2)[0]);
}
