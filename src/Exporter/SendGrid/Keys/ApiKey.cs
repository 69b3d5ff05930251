using Exporter.Disk;

namespace Exporter.SendGrid.Keys;

/// <summary>
/// A SendGrid API key. It never shows itself: <see cref="ToString"/> is a constant, and the one way to the text is
/// <see cref="Reveal"/>, which only the HTTP handler calls.
/// </summary>
/// <remarks>
/// A key from a file is read again for every request, so a rotated secret is in use at the next one. While the file cannot be
/// read or holds what is no key (it is being replaced, or somebody has pasted quotes with it), the last good key stays in use.
/// One from a pipe is read once.
/// </remarks>
internal sealed class ApiKey : IEquatable<ApiKey>
{
    /// <summary>What every text shows in place of a key.</summary>
    public const string Redacted = "<secret>";

    /// <summary>Far more than any key has; a file that is longer is another one, and may have no end.</summary>
    private const int MostCharacters = 4 * 1024;

    /// <summary>A request waits no longer for a file that hangs; what comes later is read for the next one.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.25);

    private readonly bool _isReadAgain;
    private volatile string _lastGood;

    private ApiKey(string key, string? file, bool isReadAgain) => (_lastGood, File, _isReadAgain) = (key, file, isReadAgain);

    /// <summary>The file that holds the key, or <see langword="null"/> when the key was given as a value.</summary>
    public string? File { get; }

    /// <summary>What is doubtful about the key as it was last read; <see langword="null"/> when it looks like one of SendGrid's.</summary>
    public string? Doubt => KeyText.Doubt(_lastGood);

    /// <summary>A key given as a value. Surrounding white space is dropped.</summary>
    /// <exception cref="FormatException">It is no key, see <see cref="KeyText.Mistake"/>.</exception>
    public static ApiKey FromValue(string key) => new(Clean(key), file: null, isReadAgain: false);

    /// <summary>A key kept in a file. Surrounding white space is dropped.</summary>
    /// <exception cref="FormatException">
    /// The file cannot be read, is too long, or holds no key, see <see cref="KeyText.Mistake"/>.
    /// </exception>
    /// <param name="path">The file.</param>
    /// <param name="content">What was read of it.</param>
    public static ApiKey FromFile(string path, FileContent content) => new(KeyIn(content), path, isReadAgain: !content.IsPipe);

    /// <inheritdoc cref="FromFile(string, FileContent)"/>
    public static ApiKey FromFile(string path) => FromFile(path, OperatorFile.Read(path));

    /// <summary>The text of the key, for the Authorization header and nothing else.</summary>
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
                // Intentionally silent: a secret is often replaced by delete and create, and the API says 401 if the old key no longer
                // works.
            }
        }

        return _lastGood;
    }

    public override string ToString() => Redacted;

    /// <summary>Keys are equal when they come from the same file, whatever it holds by now, or were given as the same value.</summary>
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
