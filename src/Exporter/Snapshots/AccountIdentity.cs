namespace Exporter.Snapshots;

/// <summary>
/// The identity of an account across restarts. The key is not part of it, so a rotated key keeps what was seen. Origin and subuser are part
/// of it, so two accounts never mix.
/// </summary>
internal sealed record AccountIdentity(string BaseUrl, string Name, string OnBehalfOf)
{
    /// <summary>For tests: an account without identity.</summary>
    public static readonly AccountIdentity None = new("", "", "");
}
