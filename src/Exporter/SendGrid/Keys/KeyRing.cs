using System.Buffers;
using System.Collections.Immutable;
using System.Net;
using Exporter.Telemetry;

namespace Exporter.SendGrid.Keys;

/// <summary>
/// The keys of all accounts in this run, former ones too. A key may come back in what the API tells: somebody has put it into a link or a
/// name. Every answer passes through here before anything else reads it, so that two texts which differ only in a key are one text from the
/// beginning.
/// </summary>
internal sealed class KeyRing
{
    /// <summary>Shorter keys may be words.</summary>
    private const int ShortestKey = 8;

    /// <summary>The levels of encoding that redirectors within redirectors use, and some more.</summary>
    private const int MostEncodings = 6;

    private static readonly SearchValues<char> Encoders = SearchValues.Create("%&");

    private KeySet _keys = new([]);

    /// <summary>The length of the shortest text that may hold a key, known or not.</summary>
    public int LeastLength => _keys.LeastLength;

    /// <summary>Returns a ring of the keys as last read.</summary>
    /// <param name="proofs">Secrets that others were given, see <see cref="Harmless.Proofs"/>.</param>
    public static KeyRing Of(IEnumerable<ApiKey> keys, IEnumerable<string> proofs)
    {
        var ring = new KeyRing();
        foreach (var key in keys.Select(static key => key.RevealLast()).Concat(proofs))
        {
            ring.Add(key);
        }

        return ring;
    }

    public void Add(string key)
    {
        if (key.Length < ShortestKey)
        {
            return;
        }

        KeySet before;
        do
        {
            before = _keys;
        } while (!before.All.Contains(key) && Interlocked.CompareExchange(ref _keys, new(before.All.Add(key)), before) != before);
    }

    /// <summary>
    /// Returns a text with every key replaced. One that holds a key only after decoding is replaced as a whole: nobody can tell which part
    /// of it to keep.
    /// </summary>
    public string Hide(string text)
    {
        var keys = _keys;
        if (text.Length < keys.LeastLength)
        {
            return text;
        }

        var shown = keys.HideWritten(text);
        var decoded = shown;
        for (var level = 0; decoded.AsSpan().ContainsAny(Encoders); level++)
        {
            var next = Uri.UnescapeDataString(WebUtility.HtmlDecode(decoded));
            if (next == decoded)
            {
                break;
            }

            decoded = next;

            // The text is still encoded after so many levels. A reader who decodes it further may find a key.
            if (level == MostEncodings || keys.HideWritten(decoded) != decoded)
            {
                return ApiKey.Redacted;
            }
        }

        return shown;
    }

    /// <summary>The keys at one time. Every text of every answer is searched, for all of them at once.</summary>
    private sealed class KeySet(ImmutableHashSet<string> all)
    {
        private readonly Lazy<SearchValues<string>> _any = new(() => SearchValues.Create([.. all], StringComparison.OrdinalIgnoreCase));

        public ImmutableHashSet<string> All => all;

        public int LeastLength { get; } = all.Select(static key => key.Length).Append(KeyShape.ExactLength).Min();

        /// <summary>Case is ignored because hosts are. Of two keys the longer one goes first: the other may be a part of it.</summary>
        public string HideWritten(string text) =>
            KeyShape.HideExact(
                text.AsSpan().ContainsAny(_any.Value)
                    ? all.OrderByDescending(static key => key.Length)
                        .Aggregate(text, static (left, key) => left.Replace(key, ApiKey.Redacted, StringComparison.OrdinalIgnoreCase))
                    : text
            );
    }
}
