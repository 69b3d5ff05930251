namespace Exporter.Web.Access;

/// <summary>
/// Who may connect and how: what <c>--web.config.file</c> says, its certificates loaded. Immutable; a changed file makes a new one.
/// </summary>
internal sealed record WebAccess
{
    /// <summary>Plain HTTP for everybody, as without a file.</summary>
    public static readonly WebAccess Open = new();

    /// <summary><see langword="null"/> is plain HTTP.</summary>
    public TlsAccess? Tls { get; init; }

    /// <summary>Headers of every response.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>The bcrypt hash of each user's password; without users nobody is asked for one.</summary>
    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
