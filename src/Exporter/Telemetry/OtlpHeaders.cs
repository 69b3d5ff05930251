using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Exporter.Telemetry;

/// <summary>Headers for a receiver of OpenTelemetry data. They usually contain its key, so their text form hides them.</summary>
internal sealed class OtlpHeaders : IEquatable<OtlpHeaders>
{
    public static readonly OtlpHeaders None = new([]);

    /// <summary>A token of RFC 9110.</summary>
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    );

    private readonly IReadOnlyList<(string Name, string Value)> _headers;

    private OtlpHeaders(IReadOnlyList<(string Name, string Value)> headers) => _headers = headers;

    public bool IsEmpty => _headers.Count == 0;

    /// <summary>
    /// Parses <c>name=value,name=value</c> with percent-encoded values, as in <c>OTEL_EXPORTER_OTLP_HEADERS</c>; a line break separates
    /// like a comma. Refuses a value with a comma, because the library would cut it there.
    /// </summary>
    public static bool TryParse(string text, [MaybeNullWhen(false)] out OtlpHeaders headers)
    {
        var pairs = new List<(string, string)>();
        headers = null;
        foreach (var pair in text.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = at > 0 ? (pair[..at].TrimEnd(), Uri.UnescapeDataString(pair[(at + 1)..].TrimStart())) : ("", "");
            if (
                name.Length == 0
                || name.AsSpan().ContainsAnyExcept(NameCharacters)
                || value.AsSpan().ContainsAnyExceptInRange(' ', '~')
                || value.Contains(',', StringComparison.Ordinal)
            )
            {
                return false;
            }

            pairs.Add((name, value));
        }

        headers = new(pairs);
        return true;
    }

    /// <summary>Returns the headers, for a request only.</summary>
    public IReadOnlyList<(string Name, string Value)> Reveal() => _headers;

    /// <summary>Returns the text for the library's options only.</summary>
    public string Encoded() => string.Join(',', _headers.Select(header => $"{header.Name}={Uri.EscapeDataString(header.Value)}"));

    public bool Equals(OtlpHeaders? other) => other is not null && _headers.SequenceEqual(other._headers);

    public override bool Equals(object? obj) => Equals(obj as OtlpHeaders);

    public override int GetHashCode() => _headers.Count;

    public override string ToString() => IsEmpty ? "" : KeyShape.Redacted;
}
