using Exporter.Disk;
using Exporter.Telemetry;

namespace Exporter.SendGrid.Keys;

/// <summary>
/// A SendGrid API key. <see cref="ToString"/> returns a constant; only <see cref="Reveal"/> and <see cref="RevealLast"/> return the text:
/// to <see cref="Transport"/>, which sends it and watches its standing, and to <see cref="FormerGates"/>, which compares keys.
/// </summary>
/// <remarks>
/// A key from a file is read again before every request, so that the next request uses a rotated secret. While the file cannot be read or
/// does not contain a key (it is being replaced, or quotes were pasted with the key), the last good key stays in use. A key from a pipe is
/// read once.
/// </remarks>
internal sealed class ApiKey : IEquatable<ApiKey>
{
    /// <summary>Replaces a key in every text.</summary>
    public const string Redacted = KeyShape.Redacted;

    /// <summary>The longest key. A longer file is not a key file, and may have no end.</summary>
    private const int MostCharacters = 4 * 1024;

    /// <summary>The longest that a reading waits for a hanging file. Then the last good key serves.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.25);

    private readonly bool _isReadAgain;
    private volatile string _lastGood;

    private ApiKey(string key, string? file, bool isReadAgain) => (_lastGood, File, _isReadAgain) = (key, file, isReadAgain);

    /// <summary>The file that holds the key; <see langword="null"/> when the key was given as a value.</summary>
    public string? File { get; }

    /// <summary>The doubt about the key as last read; <see langword="null"/> when it looks like a SendGrid key.</summary>
    public string? Doubt => KeyText.Doubt(_lastGood);

    /// <summary>Creates a key from a value. Drops surrounding white space.</summary>
    /// <exception cref="FormatException">The text is not a key, see <see cref="KeyText.Mistake"/>.</exception>
    public static ApiKey FromValue(string key) => new(Clean(key), file: null, isReadAgain: false);

    /// <summary>Creates a key that is kept in a file. Drops surrounding white space.</summary>
    /// <exception cref="FormatException">
    /// The file cannot be read, is too long, or does not contain a key, see <see cref="KeyText.Mistake"/>.
    /// </exception>
    /// <param name="content">The content as it was read.</param>
    public static ApiKey FromFile(string path, FileContent content) => new(KeyIn(content), path, isReadAgain: !content.IsPipe);

    /// <inheritdoc cref="FromFile(string, FileContent)"/>
    public static ApiKey FromFile(string path) => FromFile(path, OperatorFile.Read(path));

    /// <summary>Returns the text as last read, without reading the file.</summary>
    public string RevealLast() => _lastGood;

    /// <summary>Reads the file again and returns the text.</summary>
    public string Reveal()
    {
        if (_isReadAgain)
        {
            try
            {
                _lastGood = KeyIn(OperatorFile.Read(File!, within: Patience));
            }
            catch (FormatException)
            {
                // Intentionally silent: secrets are often replaced by delete and create, and the API answers 401 if the old key no longer
                // works.
            }
        }

        return _lastGood;
    }

    public override string ToString() => Redacted;

    /// <summary>Keys are equal when they come from the same file, whatever it contains by now, or were given as the same value.</summary>
    public bool Equals(ApiKey? other) =>
        other is not null && (File ?? _lastGood) == (other.File ?? other._lastGood) && (File is null) == (other.File is null);

    public override bool Equals(object? obj) => Equals(obj as ApiKey);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(File ?? "");

    private static string KeyIn(FileContent content)
    {
        var text = content.Trouble is { } trouble ? throw new FormatException(trouble) : content.DecodeText();
        return text.Length > MostCharacters
            ? throw new FormatException($"the file is longer than {MostCharacters} characters")
            : Clean(text);
    }

    private static string Clean(string text) =>
        KeyText.Mistake(text) is { } found ? throw new FormatException($"expected {KeyText.Expected}, found {found}") : KeyText.Trim(text);
}
