namespace Exporter.SendGrid;

/// <summary>
/// A SendGrid API key. It never shows itself: <see cref="ToString"/> is a constant, and the one way to the text is
/// <see cref="Reveal"/>, which only the HTTP handler calls.
/// </summary>
/// <remarks>
/// A key from a file is read again for every request, so a rotated secret is in use at the next one. While the file cannot be
/// read or holds what is no key (it is being replaced, or somebody has pasted quotes with it), the last good key stays in use.
/// </remarks>
internal sealed class ApiKey : IEquatable<ApiKey>
{
    /// <summary>What every text shows in place of a key.</summary>
    public const string Redacted = "<secret>";

    /// <summary>Far more than any key has; a file that is longer is another one, and may have no end.</summary>
    private const int MostCharacters = 4 * 1024;

    private volatile string _lastGood;

    private ApiKey(string key, string? file)
    {
        _lastGood = key;
        File = file;
    }

    /// <summary>The file that holds the key, or <see langword="null"/> when the key was given as a value.</summary>
    public string? File { get; }

    /// <summary>What is doubtful about the key as it was last read; <see langword="null"/> when it looks like one of SendGrid's.</summary>
    public string? Doubt => KeyText.Doubt(_lastGood);

    /// <summary>A key given as a value. Surrounding white space is dropped.</summary>
    /// <exception cref="FormatException">It is no key, see <see cref="KeyText.Mistake"/>.</exception>
    public static ApiKey FromValue(string key) => new(Clean(key), file: null);

    /// <summary>A key kept in a file. Surrounding white space is dropped.</summary>
    /// <exception cref="FormatException">The file is too long, or holds no key, see <see cref="KeyText.Mistake"/>.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static ApiKey FromFile(string path) => new(Read(path), path);

    /// <summary>The text of the key, for the Authorization header and nothing else.</summary>
    public string Reveal()
    {
        if (File is not null)
        {
            try
            {
                _lastGood = Read(File);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                // Intentionally silent: a secret is often replaced by delete and create, and the API says 401 if the old key no longer works.
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

    private static string Read(string path)
    {
        using var reader = new StreamReader(path);
        var text = new char[MostCharacters + 1];
        var length = reader.ReadBlock(text);
        return length > MostCharacters ? throw new FormatException($"the file is longer than {MostCharacters} characters") : Clean(new string(text, 0, length));
    }

    private static string Clean(string text) => KeyText.Mistake(text) is { } found
        ? throw new FormatException($"expected {KeyText.Expected}, found {found}")
        : KeyText.Trim(text);
}
