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

    /// <summary>Whether clients get in here that need a certificate, a verified one, or one with a certain name there.</summary>
    public bool AsksLessThan(TlsAccess other) =>
        (other.IsCertificateNeeded && !IsCertificateNeeded)
        || (other.IsCertificateVerified && !IsCertificateVerified)
        || (other.ClientNames.Count > 0 && ClientNames.Count == 0);

    private bool IsCertificateNeeded =>
        ClientCertificates is ClientCertificates.RequireAnyClientCert or ClientCertificates.RequireAndVerifyClientCert;

    private bool IsCertificateVerified =>
        ClientCertificates is ClientCertificates.VerifyClientCertIfGiven or ClientCertificates.RequireAndVerifyClientCert;
}
