using System.Text;

namespace Exporter.Disk;

/// <summary>The result of reading a file: its bytes, or the reason why there are none.</summary>
/// <param name="Bytes">The whole content; empty when there is <paramref name="Trouble"/>.</param>
/// <param name="Trouble">
/// Why the file was not read; <see langword="null"/> when it was. The text does not contain the path, because a misplaced key may stand
/// there.
/// </param>
/// <param name="Digest">A short text that is equal for equal content; without content the <paramref name="Trouble"/>.</param>
/// <param name="IsPipe">Whether a pipe gave the content. A pipe gives its content once.</param>
internal sealed record FileContent(byte[] Bytes, string? Trouble, string Digest, bool IsPipe)
{
    /// <summary>What is known to exist at the path.</summary>
    public FilePresence Presence { get; init; } = FilePresence.File;

    /// <summary>Returns the result for a file that was not read.</summary>
    public static FileContent None(string trouble, FilePresence presence = FilePresence.Unknown) =>
        new([], trouble, trouble, IsPipe: false) { Presence = presence };

    /// <summary>Decodes the text as UTF-8, or as its byte order mark says; invalid bytes become U+FFFD.</summary>
    public string DecodeText() => Decoded(new UTF8Encoding());

    /// <summary>Decodes the text, but refuses a file with invalid bytes.</summary>
    /// <returns><see langword="null"/> when there is no text, for the <paramref name="reason"/>.</returns>
    public string? StrictText(out string reason)
    {
        reason = Trouble ?? "";
        try
        {
            return Trouble is null ? Decoded(new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true)) : null;
        }
        catch (DecoderFallbackException)
        {
            reason = "it is not UTF-8";
            return null;
        }
    }

    private string Decoded(Encoding encoding)
    {
        using var reader = new StreamReader(new MemoryStream(Bytes), encoding);
        return reader.ReadToEnd();
    }
}
