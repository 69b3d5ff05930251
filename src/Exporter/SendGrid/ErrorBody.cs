using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Exporter.SendGrid.Keys;
using Exporter.SendGrid.Wire;

namespace Exporter.SendGrid;

/// <summary>
/// What the body of an error answer tells. It is whatever the other end sends, so it is read without a shape in mind and cleaned before
/// anybody sees it.
/// </summary>
internal sealed partial class ErrorBody
{
    /// <summary>More than this is not read: an error that long tells nobody anything.</summary>
    public const int MostBytes = 64 * 1024;

    /// <summary>The longest sentence that is shown, in UTF-16 code units.</summary>
    public const int MostCharacters = 200;

    /// <summary>Of an answer without one, or with one that could not be read.</summary>
    public static readonly ErrorBody None = new("", sentence: null);

    /// <summary>Shorter parts of a key may be words.</summary>
    private const int LeastOfKey = 8;

    private readonly string _text;

    private ErrorBody(string text, string? sentence) => (_text, Sentence) = (text, sentence);

    /// <summary>
    /// The API's own words (<c>errors[].message</c>, <c>message</c> or <c>error</c>): one line, without keys and e-mail addresses;
    /// <see langword="null"/> when there are none.
    /// </summary>
    public string? Sentence { get; }

    /// <summary>Whether it is a page for people: HTML, of a firewall, a proxy or a server in front of the API.</summary>
    public bool IsPage => _text is ['<', ..];

    /// <summary>Whether it says one of some words, in any case.</summary>
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

    /// <param name="body">The bytes, as many as were read.</param>
    /// <param name="key">The key that was sent: a gateway may show it.</param>
    public static ErrorBody Read(ReadOnlySpan<byte> body, string key)
    {
        var text = Encoding.UTF8.GetString(body).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (text is ['<', ..])
        {
            return new ErrorBody(text, sentence: null);
        }

        text = text is ['{' or '[', ..]
            ? string.Join("; ", Sentences(Encoding.UTF8.GetBytes(text)).Distinct(StringComparer.Ordinal))
            : text;
        return new ErrorBody(text, Clean(text, key));
    }

    /// <summary>One line of at most <see cref="MostCharacters"/>, without the key, whatever looks like one, and e-mail addresses.</summary>
    /// <returns><see langword="null"/> when nothing is left.</returns>
    public static string? Clean(string text, string key)
    {
        // Far more than is shown, so that nothing that has to go is cut in two.
        var part = text.Length > 5 * MostCharacters ? text[..(5 * MostCharacters)] : text;
        var line = Blank.Replace(Invisible.Replace(part, ""), " ").Trim();
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
    /// The texts at <c>message</c> and <c>error</c>, and those within <c>errors</c> and <c>error</c>, in the order in which they stand.
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
            // Cut off, or nested too deeply; what came before stands.
        }

        return found;
    }

    private static bool IsSentence(int depth, string name, int within) =>
        (depth == 1 && name is "message" or "error" or "errors") || (depth > within && name is "message" or "errors" or "error");

    /// <summary>Takes out every part of the text that is a part of the key.</summary>
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
    /// Control characters that are no white space, and those of format and direction, which hide what stands beside them.
    /// </summary>
    [GeneratedRegex(@"[\p{C}-[\s]]", RegexOptions.None, matchTimeoutMilliseconds: -1)]
    private static partial Regex Invisible { get; }

    [GeneratedRegex(
        @"(""[^""]*""|[^\s@<>""'(),;:]+)(@|＠|﹫|%(25)*40|&#0*64;|&#x0*40;|&commat;|\\u0040)[^\s@<>""'(),;]+",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: -1
    )]
    private static partial Regex Address { get; }

    /// <summary>A key as SendGrid writes them, and what stands behind the name of a scheme.</summary>
    [GeneratedRegex(
        @"\bSG\.[\w.\-]+|\b(bearer|basic|token)\s+\S{8,}|\b\w*(password|passwd|pwd|secret|api[_-]?key)\w*\s*[=:]\s*\S+",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: -1
    )]
    private static partial Regex LooksSecret { get; }

    /// <summary>With letters and digits it is a token or an id, no word.</summary>
    [GeneratedRegex(@"[\w\-+=]{24,}", RegexOptions.None, matchTimeoutMilliseconds: -1)]
    private static partial Regex LongRun { get; }
}
