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
}
