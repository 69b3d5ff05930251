using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Exporter.Telemetry;

/// <summary>
/// The secrets of this run that have no shape of their own: what receivers of OpenTelemetry data get as headers, and the passwords of
/// proxies. Whoever gets one may repeat it in an answer.
/// </summary>
internal sealed partial class Secrets
{
    /// <summary>Shorter texts may be words, so they are hidden only where they prove something, and only where they stand alone.</summary>
    public const int ShortestAnywhere = 8;

    /// <summary>Shorter ones are numbers and single letters of every line, and as a proof they prove nothing.</summary>
    public const int Shortest = 4;

    /// <summary>From here on a text is no word even without a digit in it.</summary>
    private const int ShortestPhrase = 16;

    /// <summary>The levels of encoding of a text that is searched; what is encoded still deeper is hidden as a whole.</summary>
    private const int MostEncodings = 6;

    private static readonly SearchValues<char> Encoders = SearchValues.Create("%&\\");

    private volatile Known _known = new([], []);

    /// <summary>
    /// The texts that prove who the program is, without those of other headers, which may be names of something, and without words: a weak
    /// password may be part of a link or a name, and those must not change for it.
    /// </summary>
    public IReadOnlyCollection<string> Proofs => _known.Proofs;

    /// <summary>Adds the value of a header, what follows its scheme, and the user's password that it encodes.</summary>
    public void AddHeader(string name, string value)
    {
        var scheme = Scheme.Match(value);
        if (!ProofName.IsMatch(name) && !ProofScheme.IsMatch(scheme.Value))
        {
            // It may be the name of a data set or a tenant, which is in many lines.
            Add(IsMixed(value) ? [value] : [], isProof: false);
            return;
        }

        var credentials = value[scheme.Length..].Trim();
        Add([value, credentials, .. Decoded(credentials)], isProof: true);
    }

    /// <summary>Adds a password as it is, and as the header <c>Basic</c> has it.</summary>
    public void AddPassword(string user, string password)
    {
        // A token is often given in the user's place.
        Add([password.Length > 0 ? password : user, .. Encoded($"{user}:{password}")], isProof: true);
    }

    /// <summary>
    /// Returns a text with every secret replaced. A text that holds a secret only after it is decoded is replaced as a whole, because it is
    /// unknown which part to keep.
    /// </summary>
    public string Hide(string text)
    {
        var known = _known;
        if (known.IsEmpty)
        {
            return text;
        }

        var shown = known.HideWritten(text);
        var decoded = shown;
        for (var level = 0; decoded.AsSpan().ContainsAny(Encoders); level++)
        {
            var next = Decode(decoded);
            if (next == decoded)
            {
                break;
            }

            decoded = next;
            if (level == MostEncodings || known.HideWritten(decoded) != decoded)
            {
                return KeyShape.Redacted;
            }
        }

        return shown;
    }

    private void Add(IEnumerable<string> texts, bool isProof)
    {
        var added = texts.Where(text => text.Length >= (isProof ? Shortest : ShortestAnywhere)).ToList();
        Known before;
        do
        {
            before = _known;
        } while (
            Interlocked.CompareExchange(
                ref _known,
                new(before.All.Union(added.SelectMany(Spellings)), isProof ? before.Proofs.Union(added.Where(IsNoWord)) : before.Proofs),
                before
            ) != before
        );
    }

    private static bool IsNoWord(string text) => text.Length >= ShortestPhrase || IsMixed(text);

    private static bool IsMixed(string text) => text.Any(char.IsAsciiDigit) && text.Any(char.IsAsciiLetter);

    /// <summary>The text as URLs, pages and JSON have it, so that only it is replaced there and not all around it.</summary>
    private static IEnumerable<string> Spellings(string text) =>
        [
            text,
            Uri.EscapeDataString(text),
            WebUtility.HtmlEncode(text),
            JsonEncodedText.Encode(text).ToString(),
            text.Replace("/", "\\/", StringComparison.Ordinal),
        ];

    private static IEnumerable<string> Encoded(string credentials) =>
        [credentials, Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))];

    /// <summary>A user and its password, and the password alone: <c>Basic</c> encodes them so, and other schemes do, too.</summary>
    private static IEnumerable<string> Decoded(string credentials)
    {
        var bytes = new byte[credentials.Length];
        if (!Convert.TryFromBase64String(credentials.PadRight((credentials.Length + 3) / 4 * 4, '='), bytes, out var length))
        {
            return [];
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var at = text.IndexOf(':', StringComparison.Ordinal);
        return at < 0 || text.Any(static c => char.IsControl(c) || c == '\uFFFD')
            ? []
            : [text, at == text.Length - 1 ? text[..at] : text[(at + 1)..]];
    }

    private static string Decode(string text) =>
        JsonEscape.Replace(
            Uri.UnescapeDataString(WebUtility.HtmlDecode(text)),
            static escape =>
                escape.Value is ['\\', 'u', .. var code]
                    ? ((char)ushort.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString()
                    : escape.Value[1..]
        );

    /// <summary>A header's name that says that its value proves something.</summary>
    [GeneratedRegex(
        "auth|token|secret|key|pass|cookie|credential",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex ProofName { get; }

    /// <summary>What goes before a proof in any header.</summary>
    [GeneratedRegex(
        @"^\s*(bearer|basic|digest|auth|(api-?)?(token|key))\s*$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex ProofScheme { get; }

    [GeneratedRegex(@"^\s*[A-Za-z][A-Za-z0-9._~+-]* +", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Scheme { get; }

    [GeneratedRegex(@"\\(u[0-9A-Fa-f]{4}|[/""\\])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex JsonEscape { get; }

    /// <summary>The secrets at one time. Every text is searched for all of them at once.</summary>
    private sealed class Known(ImmutableHashSet<string> all, ImmutableHashSet<string> proofs)
    {
        private readonly Lazy<SearchValues<string>> _any = new(() => SearchValues.Create([.. all], StringComparison.OrdinalIgnoreCase));

        public bool IsEmpty => all.IsEmpty;

        public ImmutableHashSet<string> All => all;

        public ImmutableHashSet<string> Proofs => proofs;

        /// <summary>Case is ignored because hosts are. Where two overlap, both go whole.</summary>
        public string HideWritten(string text)
        {
            if (!text.AsSpan().ContainsAny(_any.Value))
            {
                return text;
            }

            var hidden = new bool[text.Length];
            foreach (var secret in all)
            {
                for (
                    var at = text.IndexOf(secret, StringComparison.OrdinalIgnoreCase);
                    at >= 0;
                    at = text.IndexOf(secret, at + 1, StringComparison.OrdinalIgnoreCase)
                )
                {
                    if (secret.Length >= ShortestAnywhere || StandsAlone(text, at, secret.Length))
                    {
                        hidden.AsSpan(at, secret.Length).Fill(value: true);
                    }
                }
            }

            var shown = new StringBuilder(text.Length);
            for (var at = 0; at < text.Length; at++)
            {
                if (!hidden[at])
                {
                    shown.Append(text[at]);
                }
                else if (at == 0 || !hidden[at - 1])
                {
                    shown.Append(KeyShape.Redacted);
                }
            }

            return shown.ToString();
        }

        private static bool StandsAlone(string text, int at, int length) =>
            (at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (at + length == text.Length || !char.IsLetterOrDigit(text[at + length]));
    }
}
