using System.Text;

namespace Exporter.Disk;

/// <summary>What one reading of a file came to: its bytes, or why there are none.</summary>
/// <param name="Bytes">All of it; empty when there is <paramref name="Trouble"/>.</param>
/// <param name="Trouble">
/// Why it was not read, in words that name no path, which may be a misplaced key; <see langword="null"/> when it was.
/// </param>
/// <param name="Digest">The content in a few letters, equal for equal content; without content the trouble.</param>
/// <param name="IsPipe">Whether it was read from a pipe, which gives its content once.</param>
internal sealed record FileContent(byte[] Bytes, string? Trouble, string Digest, bool IsPipe)
{
    /// <summary>Nothing was read.</summary>
    public static FileContent None(string trouble) => new([], trouble, trouble, IsPipe: false);

    /// <summary>The text, as UTF-8 or what a byte order mark says; bytes that are none become U+FFFD.</summary>
    public string DecodeText() => Decoded(new UTF8Encoding());

    /// <summary>The same, but bytes that are no text are a reason to have none.</summary>
    /// <returns><see langword="null"/> when there is none to be had, for the <paramref name="reason"/>.</returns>
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
