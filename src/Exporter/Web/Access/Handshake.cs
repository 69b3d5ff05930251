namespace Exporter.Web.Access;

/// <summary>What a TLS connection was accepted by. It is a feature of the connection, and so of each of its requests.</summary>
/// <param name="Rules">The rules in force at that moment.</param>
/// <param name="Timestamp">See <see cref="TimeProvider.GetTimestamp"/>.</param>
internal sealed record Handshake(TlsAccess Rules, long Timestamp);
