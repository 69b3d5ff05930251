namespace Exporter.Snapshots;

/// <summary>
/// What makes an account the same account after a restart. Its key is not part of it, so that a rotated key keeps what was seen; its
/// origin and its subuser are, so that two accounts never mix.
/// </summary>
internal sealed record AccountIdentity(string BaseUrl, string Name, string OnBehalfOf)
{
    /// <summary>Of an account that nobody has named, as tests make them.</summary>
    public static readonly AccountIdentity None = new("", "", "");
}
