namespace Exporter.Configuration.Values;

/// <summary>
/// Decides by the meaning of a key whether what stands under it may be shown. This is the one place for that: what stands under a secret
/// key, or a slip of one, is in no message, wherever else in the file it stands too.
/// </summary>
/// <param name="holders">The keys that hold a secret; the same with <c>_file</c> name a file with one, and may hold it by mistake.</param>
/// <param name="keptNames">The key of a mapping from names, which may be shown, to secrets.</param>
internal sealed class SecretKeys(IReadOnlyList<string> holders, string? keptNames = null)
{
    private const string File = "_file";

    public static readonly SecretKeys OfConfiguration = new(["api_key", "headers"]);

    /// <summary>Its <c>headers</c> are those of every response, and certificates often stand in one file with their key.</summary>
    public static readonly SecretKeys OfWebConfiguration = new(["key", "cert", "client_ca"], "basic_auth_users");

    private readonly string[] _written = [.. holders, .. holders.Select(static holder => holder + File)];

    /// <summary>Words of keys that this program does not have and that people write.</summary>
    private static readonly string[] Words = ["apikey", "token", "secret", "passw", "authorization", "bearer", "credential"];

    /// <summary>
    /// The beginnings of what swallowed the line of a secret key, or of what goes with a secret. <c>api_key</c> stands for more than one.
    /// </summary>
    private static readonly string[] Marks =
    [
        "SG.",
        "api_key",
        "headers:",
        "headers_file",
        "key:",
        "key_file",
        "cert:",
        "cert_file",
        "client_ca",
        "Bearer ",
        "Basic ",
        "Authorization",
        "-----BEGIN",
    ];

    /// <summary>Whether a secret may stand under this key.</summary>
    public bool IsSecret(string key) =>
        IsHolder(key)
        || KeepsNames(key)
        || Words.Any(word => key.Contains(word, StringComparison.OrdinalIgnoreCase))
        || Suggestion.For(key, _written) is not null;

    /// <summary>Whether the keys of a mapping under this key may be shown, and only the values not.</summary>
    public bool KeepsNames(string key) => key == keptNames;

    /// <summary>Whether the text is the name of such a key: then it is no secret itself.</summary>
    public bool IsHolder(string text) => holders.Contains(NameIn(text), StringComparer.Ordinal);

    /// <summary>Whether such a name is one of the words of a text: what follows it may be the secret, as in <c>api_key x</c>.</summary>
    public static bool IsHolderIn(string text) =>
        text.Split([' ', '\t', ':', '=', ',', '"', '\'', '{', '['])
            .Any(static word => OfConfiguration.IsHolder(word) || OfWebConfiguration.IsHolder(word));

    /// <summary>Whether a file's name belongs under this key.</summary>
    public static bool NamesFile(string key) => key.EndsWith(File, StringComparison.Ordinal);

    /// <summary>
    /// Whether the text may be the beginning of a SendGrid key, a line whose open quote swallowed a key, or a URL with a password. A
    /// mistyped URL may lack its slashes, or have others, so one character decides.
    /// </summary>
    public static bool MayBeIn(string text) =>
        text.Contains('@', StringComparison.Ordinal) || Marks.Any(mark => text.Contains(mark, StringComparison.Ordinal));

    private static string NameIn(string key) => NamesFile(key) ? key[..^File.Length] : key;
}
