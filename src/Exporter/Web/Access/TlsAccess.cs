using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Exporter.Web.Access;

/// <summary>How TLS connections are accepted.</summary>
internal sealed record TlsAccess
{
    /// <summary>The server's certificate with its key and the certificates between it and the root.</summary>
    public required SslStreamCertificateContext Certificate { get; init; }

    /// <summary>TLS 1.2 and 1.3, or one of them.</summary>
    public required SslProtocols Protocols { get; init; }

    /// <summary><see langword="null"/> leaves the choice to the platform.</summary>
    public CipherSuitesPolicy? CipherSuites { get; init; }

    public ClientCertificates ClientCertificates { get; init; }

    /// <summary>The authorities that sign clients' certificates; when empty, those that the system trusts.</summary>
    public X509Certificate2Collection ClientAuthorities { get; init; } = [];

    /// <summary>A client's certificate must carry one of these as a subject alternative name; when empty, any name is accepted.</summary>
    public IReadOnlyList<string> ClientNames { get; init; } = [];

    /// <summary>
    /// Returns the keys under which other rules ask less of clients than these. A running program renews certificates and authorities and
    /// becomes stricter, nothing else: what it allows only shrinks. Every property has its line.
    /// </summary>
    /// <param name="next">The other rules.</param>
    public IEnumerable<string> Loosened(TlsAccess next)
    {
        (string Key, bool IsKept)[] rules =
        [
            ("cert_file", true),
            ("min_version or max_version", (next.Protocols & ~Protocols) == SslProtocols.None),
            ("cipher_suites", CipherSuites is null || (next.CipherSuites is { } suites && IsWithin(suites, CipherSuites))),
            ("client_auth_type", (next.IsNeeded || !IsNeeded) && (next.IsVerified || !IsVerified)),
            ("client_ca_file", ClientAuthorities.Count == 0 || next.ClientAuthorities.Count > 0),
            ("client_allowed_sans", ClientNames.Count == 0 || (next.ClientNames.Count > 0 && next.ClientNames.All(ClientNames.Contains))),
        ];
        return rules.Where(rule => !rule.IsKept).Select(rule => rule.Key);
    }

    /// <summary>
    /// Whether these rules accepted no connection that others would refuse: the others ask for no more, and trust each authority that these
    /// trust.
    /// </summary>
    /// <param name="next">The other rules.</param>
    public bool AreKeptBy(TlsAccess next) =>
        ReferenceEquals(this, next)
        || (!next.Loosened(this).Any() && ClientAuthorities.All(known => next.ClientAuthorities.Any(each => AreSame(each, known))));

    private bool IsNeeded => ClientCertificates is ClientCertificates.RequireAnyClientCert or ClientCertificates.RequireAndVerifyClientCert;

    /// <summary>Whether a certificate that a client presents is verified.</summary>
    public bool IsVerified =>
        ClientCertificates is ClientCertificates.VerifyClientCertIfGiven or ClientCertificates.RequireAndVerifyClientCert;

    /// <remarks>Two authorities may have one name and one serial number.</remarks>
    private static bool AreSame(X509Certificate2 one, X509Certificate2 other) =>
        one.RawDataMemory.Span.SequenceEqual(other.RawDataMemory.Span);

    private static bool IsWithin(CipherSuitesPolicy inner, CipherSuitesPolicy outer)
    {
        if (OperatingSystem.IsWindows() || OperatingSystem.IsAndroid())
        {
            // There are none to choose.
            return true;
        }

        return !inner.AllowedCipherSuites.Except(outer.AllowedCipherSuites).Any();
    }
}
