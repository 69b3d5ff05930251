namespace Exporter.SendGrid;

/// <summary>A time before which the API asked not to be asked again. It was said to a key: another one need not wait for it.</summary>
/// <remarks>A 429 is about the endpoint, whatever the key: <see cref="RateLimits.RateGate"/> has the last word there.</remarks>
/// <param name="Until">The time, on <see cref="SendGridClient.Time"/>.</param>
/// <param name="KeyNumber">The key's number among those of the account (<see cref="Keys.KeyStanding.KeyNumber"/>).</param>
internal readonly record struct NamedWait(DateTimeOffset Until, int KeyNumber)
{
    /// <summary>Returns the wait that counts of two: what was said to the newer key, of one key the later time.</summary>
    public static NamedWait Max(NamedWait one, NamedWait other) =>
        (one.KeyNumber, one.Until).CompareTo((other.KeyNumber, other.Until)) < 0 ? other : one;

    /// <summary>The time, if it concerns a key.</summary>
    public DateTimeOffset? For(int keyNumber) => KeyNumber == keyNumber ? Until : null;
}
