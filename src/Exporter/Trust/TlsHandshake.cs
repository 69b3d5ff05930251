using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Exporter.Trust;

/// <summary>
/// Begins the options of every TLS handshake, in and out. No other code does, so that none of them does anything on the word of a
/// stranger's certificate: .NET would fetch issuers that are missing from the URL in the certificate itself, over plain http, past the
/// proxy, and hold a thread and the handshake until that URL answers.
/// </summary>
internal static class TlsHandshake
{
    /// <summary>Returns options of the side that connects.</summary>
    /// <inheritdoc cref="ChainPolicy" path="/param"/>
    public static SslClientAuthenticationOptions ForClient(X509Certificate2Collection? authorities = null) =>
        new() { CertificateChainPolicy = ChainPolicy(authorities) };

    /// <summary>Returns options of the side that accepts.</summary>
    /// <inheritdoc cref="ChainPolicy" path="/param"/>
    public static SslServerAuthenticationOptions ForServer(X509Certificate2Collection? authorities = null) =>
        new() { CertificateChainPolicy = ChainPolicy(authorities) };

    /// <summary>
    /// Returns the rules for the other side's certificate. Its issuers must be sent or be known here; nothing is asked about revocation.
    /// </summary>
    /// <param name="authorities">The only ones that are trusted; <see langword="null"/> means those that the system trusts.</param>
    private static X509ChainPolicy ChainPolicy(X509Certificate2Collection? authorities)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (authorities is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        return policy;
    }
}
