using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Exporter.Tests.Web;

/// <summary>A certificate authority for one test, and what it signs. Both test projects use it.</summary>
internal sealed class Certificates : IDisposable
{
    private readonly X509Certificate2 _authority;

    /// <param name="name">The authority's name.</param>
    /// <param name="above">The authority that has signed this one; without it, it has signed itself.</param>
    public Certificates(string name = "Test authority", Certificates? above = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true)
        );
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (above is null)
        {
            _authority = request.CreateSelfSigned(Day(-100), Day(30));
            return;
        }

        using var signed = request.Create(above._authority, Day(-99), Day(29), RandomNumberGenerator.GetBytes(12));
        _authority = signed.CopyWithPrivateKey(key);
    }

    /// <summary>The authority's own certificate.</summary>
    public string Authority => _authority.ExportCertificatePem() + "\n";

    /// <summary>A certificate for a server or a client of this name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="from">From how many days ahead.</param>
    /// <param name="to">Until how many days ahead.</param>
    /// <param name="isLocal">Whether it is for <c>localhost</c> and 127.0.0.1, too.</param>
    /// <param name="pointsTo">Where its issuer, revocation list and revocation service are said to be.</param>
    public (string Certificate, string Key) Sign(string name, int from = -1, int to = 29, bool isLocal = true, Uri? pointsTo = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (isLocal)
        {
            names.AddDnsName("localhost");
        }

        names.AddDnsName(name);
        if (isLocal)
        {
            names.AddIpAddress(IPAddress.Loopback);
        }

        names.AddUri(new Uri($"spiffe://test/{name}"));
        names.AddEmailAddress($"{name}@test");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false)
        );
        if (pointsTo is not null)
        {
            string[] urls = [pointsTo.AbsoluteUri];
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(urls, urls));
            request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(urls));
        }

        using var certificate = request.Create(_authority, Day(from), Day(to), RandomNumberGenerator.GetBytes(12));
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    public void Dispose() => _authority.Dispose();

    private static DateTimeOffset Day(int day) => TimeProvider.System.GetUtcNow().AddDays(day);
}
