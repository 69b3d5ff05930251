namespace Exporter.Web.Access;

/// <summary>
/// Who may connect, and how: the content of <c>--web.config.file</c> with its certificates loaded. Immutable; a changed file makes a new
/// one.
/// </summary>
internal sealed record WebAccess
{
    /// <summary>Plain HTTP without passwords: the rules when there is no file.</summary>
    public static readonly WebAccess Open = new();

    /// <summary><see langword="null"/> means plain HTTP.</summary>
    public TlsAccess? Tls { get; init; }

    /// <summary>Headers of every response.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>The bcrypt hash of each user's password; without users no password is required.</summary>
    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Returns why a running program does not take over these rules; <see langword="null"/> when it does. It opens no door: a file that was
    /// cut off, emptied or is still being written has fewer rules, and is good YAML. Who wants that restarts the program. Every property
    /// takes part: passwords may change and users come and go, but not all; headers are only added; for TLS see
    /// <see cref="TlsAccess.Loosened"/>.
    /// </summary>
    /// <param name="next">The rules in the file now.</param>
    public string? WhyNot(WebAccess next)
    {
        if (next.Tls is null != Tls is null)
        {
            return "only a restart turns TLS on or off";
        }

        if (next.Users.Count == 0 && Users.Count > 0)
        {
            return "it names no users; only a restart does away with passwords";
        }

        if (!Headers.All(next.Headers.Contains))
        {
            return "headers are missing or changed there; only a restart does that";
        }

        var loosened = string.Join(", ", Tls?.Loosened(next.Tls!) ?? []);
        return loosened.Length == 0 ? null : $"it asks clients for less than before ({loosened}); only a restart does that";
    }
}
