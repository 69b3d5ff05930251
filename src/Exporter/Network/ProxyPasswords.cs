namespace Exporter.Network;

/// <summary>The passwords in the variables that name proxies. A proxy may repeat them in a page of its own.</summary>
internal static class ProxyPasswords
{
    /// <summary>.NET reads both spellings.</summary>
    private static readonly string[] Variables =
    [
        .. new[] { "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY" }.SelectMany(static name => new[] { name, name.ToLowerInvariant() }),
    ];

    /// <summary>Returns users and passwords, decoded as .NET sends them; either may be empty.</summary>
    public static List<(string User, string Password)> In(Func<string, string?> environment) =>
        [.. Variables.Select(environment).OfType<string>().Select(Of).Where(static each => each.User.Length + each.Password.Length > 0)];

    private static (string User, string Password) Of(string proxy)
    {
        var scheme = proxy.IndexOf("://", StringComparison.Ordinal);
        var authority = scheme < 0 ? proxy : proxy[(scheme + 3)..];

        // A password may hold any sign, also one that ends an authority; the last @ ends it.
        var end = authority.LastIndexOf('@');
        var given = end < 0 ? "" : authority[..end];
        var colon = given.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? (Uri.UnescapeDataString(given), "")
            : (Uri.UnescapeDataString(given[..colon]), Uri.UnescapeDataString(given[(colon + 1)..]));
    }
}
