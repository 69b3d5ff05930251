using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;

namespace Exporter.Web.Access;

/// <summary>
/// Checks names and passwords against bcrypt hashes. Bcrypt is slow on purpose, so accepted credentials are remembered and checks are
/// limited.
/// </summary>
/// <remarks>
/// For each user the credentials accepted last are remembered, as a keyed hash that is useless outside this process: a scraper costs one
/// bcrypt in the life of the program. Every other check costs one, an unknown user as much as a wrong password, and only one runs at a
/// time. So an attacker who guesses passwords uses at most one processor and never delays clients that are already known.
/// </remarks>
internal sealed class BasicAuth : IDisposable
{
    /// <summary>The number of checks that may wait; further ones are refused.</summary>
    private const int Waiting = 32;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, byte[]> _accepted = new(StringComparer.Ordinal);
    private readonly ConcurrencyLimiter _bcrypt = new(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = Waiting });

    /// <param name="users">The hash of each user's password; at least one.</param>
    /// <param name="header">The request's Authorization header.</param>
    /// <param name="cancellation">Canceled when the client disconnects.</param>
    public async ValueTask<Credentials> CheckAsync(
        IReadOnlyDictionary<string, string> users,
        string? header,
        CancellationToken cancellation
    )
    {
        if (!TryParse(header, out var user, out var password))
        {
            return Credentials.Refused;
        }

        var known = users.TryGetValue(user, out var hash);
        hash ??= Nobody(users.Values);
        var tag = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{hash}\n{password}"));
        var remembered = known && _accepted.TryGetValue(user, out var accepted) ? accepted : new byte[tag.Length];
        if (CryptographicOperations.FixedTimeEquals(tag, remembered))
        {
            return Credentials.Accepted;
        }

        using var turn = await _bcrypt.AcquireAsync(1, cancellation);
        if (!turn.IsAcquired)
        {
            return Credentials.Overloaded;
        }

        var isRight = await Task.Run(() => BCrypt.Net.BCrypt.Verify(password, hash), CancellationToken.None);
        if (!isRight || !known)
        {
            return Credentials.Refused;
        }

        _accepted[user] = tag;
        return Credentials.Accepted;
    }

    public void Dispose() => _bcrypt.Dispose();

    /// <summary>Returns a hash that no password matches, as slow to compare with as the slowest of the real ones.</summary>
    private static string Nobody(IEnumerable<string> hashes)
    {
        var cost = hashes.Max(static hash => int.Parse(hash.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture));
        return $"$2b${cost:00}${new string('.', 53)}";
    }

    private static bool TryParse(string? header, out string user, out string password)
    {
        (user, password) = ("", "");
        if (
            !AuthenticationHeaderValue.TryParse(header, out var authorization)
            || !authorization.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)
            || authorization.Parameter is not { } text
        )
        {
            return false;
        }

        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length))
        {
            return false;
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return false;
        }

        (user, password) = (pair[..colon], pair[(colon + 1)..]);
        return true;
    }
}
