using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Exporter.SendGrid.Keys;
using Exporter.SendGrid.Wire;

namespace Exporter.SendGrid;

/// <summary>
/// The useful parts of an error answer's body. The other end may send anything, so the reader assumes no shape, and the text is cleaned
/// before it is shown.
/// </summary>
internal sealed partial class ErrorBody
{
    /// <summary>The most bytes that are read; a longer error helps no one.</summary>
    public const int MostBytes = 64 * 1024;

    /// <summary>The longest sentence that is shown, in UTF-16 code units.</summary>
    public const int MostCharacters = 200;

    /// <summary>Stands for an answer without a body, or with one that could not be read.</summary>
    public static readonly ErrorBody None = new("", sentence: null);

    /// <summary>The shortest part of the key that is removed; shorter ones may be words.</summary>
    private const int LeastOfKey = 8;

    private readonly string _text;

    private ErrorBody(string text, string? sentence) => (_text, Sentence) = (text, sentence);

    /// <summary>
    /// The API's own words (<c>errors[].message</c>, <c>message</c> or <c>error</c>): one line, without keys and e-mail addresses;
    /// <see langword="null"/> without any.
    /// </summary>
    public string? Sentence { get; }

    /// <summary>Whether the body is a page for people: HTML of a firewall, a proxy or a server in front of the API.</summary>
    public bool IsPage => _text is ['<', ..];

    /// <summary>Whether the body contains one of some words, in any case.</summary>
    public bool Mentions(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (_text.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <param name="body">The bytes that were read.</param>
    /// <param name="key">The key that was sent: a gateway may repeat it.</param>
    /// <param name="hide">Removes other keys; by default there are none.</param>
    public static ErrorBody Read(ReadOnlySpan<byte> body, string key, Func<string, string>? hide = null)
    {
        var text = Encoding.UTF8.GetString(body).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (text is ['<', ..])
        {
            return new ErrorBody(text, sentence: null);
        }

        text = text is ['{' or '[', ..]
            ? string.Join("; ", Sentences(Encoding.UTF8.GetBytes(text)).Distinct(StringComparer.Ordinal))
            : text;
        return new ErrorBody(text, Clean(hide?.Invoke(text) ?? text, key, hide));
    }

    /// <summary>
    /// Returns one line of at most <see cref="MostCharacters"/>, without the key, anything that looks like one, and e-mail addresses.
    /// </summary>
    /// <param name="hide">Removes other keys.</param>
    /// <returns><see langword="null"/> when nothing is left.</returns>
    public static string? Clean(string text, string key, Func<string, string>? hide = null)
    {
        // This part is far longer than what is shown, so that it cuts no secret in two.
        var part = text.Length > 5 * MostCharacters ? text[..(5 * MostCharacters)] : text;
        var line = Blank.Replace(Invisible.Replace(part, ""), " ").Trim();

        // Here again: without what is invisible a key is whole.
        line = hide?.Invoke(line) ?? line;
        line = LooksSecret.Replace(Address.Replace(line, "<address>"), ApiKey.Redacted);
        line = LongRun.Replace(
            line,
            static run => run.Value.Any(char.IsAsciiDigit) && run.Value.Any(char.IsLetter) ? ApiKey.Redacted : run.Value
        );
        line = WithoutKey(line, key);
        if (line.Length > MostCharacters)
        {
            var end = MostCharacters - 1;
            line = string.Concat(line.AsSpan(0, char.IsHighSurrogate(line[end - 1]) ? end - 1 : end), "…");
        }

        return line.Length == 0 ? null : line;
    }

    /// <summary>
    /// Returns the texts at <c>message</c> and <c>error</c>, and those within <c>errors</c> and <c>error</c>, in their order.
    /// </summary>
    private static List<string> Sentences(ReadOnlySpan<byte> json)
    {
        var found = new List<string>();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 64 });
        var (within, name) = (int.MaxValue, "");
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    name = LenientText.OfName(reader);
                }
                else if (
                    reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray
                    && reader.CurrentDepth == 1
                    && name is "errors" or "error"
                )
                {
                    within = 1;
                }
                else if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray && reader.CurrentDepth == within)
                {
                    (within, name) = (int.MaxValue, "");
                }
                else if (reader.TokenType == JsonTokenType.String && IsSentence(reader.CurrentDepth, name, within))
                {
                    found.Add(LenientText.OfName(reader));
                }
            }
        }
        catch (JsonException)
        {
            // The body was cut off or is nested too deeply; the texts before that stay.
        }

        return found;
    }

    private static bool IsSentence(int depth, string name, int within) =>
        (depth == 1 && name is "message" or "error" or "errors") || (depth > within && name is "message" or "errors" or "error");

    /// <summary>Removes every part of the text that is a part of the key.</summary>
    private static string WithoutKey(string text, string key)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; )
        {
            var length = 0;
            while (i + length < text.Length && key.AsSpan().Contains(text.AsSpan(i, length + 1), StringComparison.OrdinalIgnoreCase))
            {
                length++;
            }

            if (length >= Math.Min(LeastOfKey, key.Length))
            {
                result.Append(ApiKey.Redacted);
                i += length;
            }
            else
            {
                result.Append(text[i++]);
            }
        }

        return result.ToString();
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: -1)]
    private static partial Regex Blank { get; }

    /// <summary>
    /// Matches control characters other than white space, and characters of format and direction, which hide their neighbours.
    /// </summary>
    [GeneratedRegex(@"[\p{C}-[\s]]", RegexOptions.None, matchTimeoutMilliseconds: -1)]
    private static partial Regex Invisible { get; }

    [GeneratedRegex(
        @"(""[^""]*""|[^\s@<>""'(),;:]+)(@|＠|﹫|%(25)*40|&#0*64;|&#x0*40;|&commat;|\\u0040)[^\s@<>""'(),;]+",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: -1
    )]
    private static partial Regex Address { get; }

    /// <summary>Matches a key in SendGrid's form, and the text after the name of a scheme.</summary>
    [GeneratedRegex(
        @"\bSG\.[\w.\-]+|\b(bearer|basic|token)\s+\S{8,}|\b\w*(password|passwd|pwd|secret|api[_-]?key)\w*\s*[=:]\s*\S+",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: -1
    )]
    private static partial Regex LooksSecret { get; }

    /// <summary>Matches a long run. One with letters and digits is a token or an id, not a word.</summary>
    [GeneratedRegex(@"[\w\-+=]{24,}", RegexOptions.None, matchTimeoutMilliseconds: -1)]
    private static partial Regex LongRun { get; }
}
