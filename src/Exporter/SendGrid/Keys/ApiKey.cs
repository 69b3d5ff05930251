using Exporter.Disk;
using Exporter.Telemetry;

namespace Exporter.SendGrid.Keys;

/// <summary>
/// A SendGrid API key. <see cref="ToString"/> returns a constant; only <see cref="Reveal"/> and <see cref="RevealLast"/> return the text:
/// to <see cref="Transport"/>, which sends it and watches its standing, and to <see cref="GateSuccession"/>, which compares keys.
/// </summary>
/// <remarks>
/// A key from a file is read again before every request, so that the next request uses a rotated secret. While the file cannot be read or
/// does not contain a key (it is being replaced, or quotes were pasted with the key), the last good key stays in use. A request waits for
/// the file only for a moment; a slow file's key is used as soon as it has been read. A key from a pipe is read once.
/// </remarks>
internal sealed class ApiKey : IEquatable<ApiKey>
{
    /// <summary>Replaces a key in every text.</summary>
    public const string Redacted = KeyShape.Redacted;

    /// <summary>The longest that a request waits for the file. Then the last good key serves.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.25);

    /// <summary>Reads the file again; <see langword="null"/> for a key that is read once.</summary>
    private readonly Func<FileContent>? _read;

    /// <summary>Of this key alone: who waits longer for the same file is not held up by its reads.</summary>
    private readonly FileTurn _turn = new();

    private readonly Lock _taking = new();
    private volatile string _lastGood;

    /// <summary>The number of reads that have begun.</summary>
    private int _begun;

    /// <summary>The number of the read that gave the last good key. A read that began before it says nothing new.</summary>
    private int _taken;

    private ApiKey(string key, string? file, Func<FileContent>? read) => (_lastGood, File, _read) = (key, file, read);

    /// <summary>The file that holds the key; <see langword="null"/> when the key was given as a value.</summary>
    public string? File { get; }

    /// <summary>The doubt about the key as last read; <see langword="null"/> when it looks like a SendGrid key.</summary>
    public string? Doubt => KeyText.Doubt(_lastGood);

    /// <summary>Creates a key from a value. Drops surrounding white space.</summary>
    /// <exception cref="FormatException">The text is not a key, see <see cref="KeyText.Mistake"/>.</exception>
    public static ApiKey FromValue(string key) => new(Clean(key), file: null, read: null);

    /// <summary>Creates a key that is kept in a file. Drops surrounding white space.</summary>
    /// <exception cref="FormatException">
    /// The file cannot be read, is too long, or does not contain a key, see <see cref="KeyText.Mistake"/>.
    /// </exception>
    /// <param name="content">The content as it was read.</param>
    /// <param name="read">Reads it again, however long that takes.</param>
    public static ApiKey FromFile(string path, FileContent content, Func<FileContent>? read = null) =>
        new(KeyIn(content), path, content.IsPipe ? null : read ?? (() => OperatorFile.ReadUnlimited(path)));

    /// <inheritdoc cref="FromFile(string, FileContent, Func{FileContent})"/>
    public static ApiKey FromFile(string path) => FromFile(path, OperatorFile.Read(path));

    /// <summary>Returns the text as last read, without reading the file.</summary>
    public string RevealLast() => _lastGood;

    /// <summary>Reads the file again and returns the text. If the file is slow, a later call returns what it holds now.</summary>
    public string Reveal()
    {
        if (_read is { } read)
        {
            _turn.Within(Patience, () => Take(read), late: false);
        }

        return _lastGood;
    }

    /// <summary>Takes the text of an equal key, which was read later.</summary>
    public void TakeFrom(ApiKey later) => Take(later._lastGood, Interlocked.Increment(ref _begun));

    private bool Take(Func<FileContent> read)
    {
        var number = Interlocked.Increment(ref _begun);
        try
        {
            Take(KeyIn(read()), number);
            return true;
        }
        catch (FormatException)
        {
            // Intentionally silent: secrets are often replaced by delete and create, and the API answers 401 if the old key no longer
            // works.
            return false;
        }
    }

    private void Take(string key, int number)
    {
        lock (_taking)
        {
            if (number > _taken)
            {
                (_taken, _lastGood) = (number, key);
            }
        }
    }

    public override string ToString() => Redacted;

    /// <summary>
    /// Keys are equal when they are read again from the same file, whatever it contains by now, come from the same pipe with the same text,
    /// or were given as the same value.
    /// </summary>
    public bool Equals(ApiKey? other) =>
        other is not null
        && File == other.File
        && _read is null == other._read is null
        && (_read is not null || _lastGood == other._lastGood);

    public override bool Equals(object? obj) => Equals(obj as ApiKey);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(File ?? "");

    private static string KeyIn(FileContent content)
    {
        var text = content.Trouble is { } trouble ? throw new FormatException(trouble) : content.DecodeText();
        return text.Length > KeyText.MostCharacters
            ? throw new FormatException($"the file is longer than {KeyText.MostCharacters} characters")
            : Clean(text);
    }

    private static string Clean(string text) =>
        KeyText.Mistake(text) is { } found ? throw new FormatException($"expected {KeyText.Expected}, found {found}") : KeyText.Trim(text);
}
