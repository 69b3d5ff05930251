using System.Formats.Asn1;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Exporter.Web.Access;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Exporter.Web.Connections;

/// <summary>Accepts TLS connections by the access rules in force when each of them begins.</summary>
internal static class TlsListener
{
    private const string SubjectAlternativeName = "2.5.29.17";

    /// <summary>A client that does not finish its handshake within this time is let go.</summary>
    private static readonly TimeSpan HandshakeWithin = TimeSpan.FromSeconds(10);

    public static void UseTls(this ListenOptions listen, Func<WebAccess> current)
    {
        // Over HTTP/2 the server makes responses of its own that lack a header of ours, with no place to add it; nobody needs HTTP/2 here.
        listen.Protocols = HttpProtocols.Http1;
        listen.UseHttps(
            new TlsHandshakeCallbackOptions
            {
                HandshakeTimeout = HandshakeWithin,
                OnConnection = _ => ValueTask.FromResult(OptionsOf(current())),
            }
        );
    }

    private static SslServerAuthenticationOptions OptionsOf(WebAccess access)
    {
        var tls = access.Tls!;
        var asks = tls.ClientCertificates != ClientCertificates.NoClientCert;
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = tls.Certificate,
            EnabledSslProtocols = tls.Protocols,
            CipherSuitesPolicy = tls.CipherSuites,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            ClientCertificateRequired = asks,

            // A resumed session would bring a certificate that may have been distrusted since.
            AllowTlsResume = !asks,
        };
        if (asks)
        {
            options.CertificateChainPolicy = ChainPolicy(tls);
            options.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                IsAcceptable(tls, certificate as X509Certificate2, errors);
        }

        return options;
    }

    /// <summary>
    /// Whether a connection may be made with what the client has shown. No certificate at all is refused later, by
    /// <see cref="AccessGate"/>, because the health paths need none.
    /// </summary>
    public static bool IsAcceptable(TlsAccess tls, X509Certificate2? certificate, SslPolicyErrors errors) =>
        certificate is null
        || tls.ClientCertificates is ClientCertificates.RequestClientCert or ClientCertificates.RequireAnyClientCert
        || (errors == SslPolicyErrors.None && (tls.ClientNames.Count == 0 || NamesOf(certificate).Any(tls.ClientNames.Contains)));

    /// <summary>The DNS names, addresses of mail and IP, and URIs that a certificate was made out for (RFC 5280, 4.2.1.6).</summary>
    public static IEnumerable<string> NamesOf(X509Certificate2 certificate)
    {
        foreach (var extension in certificate.Extensions.Where(extension => extension.Oid?.Value is SubjectAlternativeName))
        {
            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                var tag = names.PeekTag();
                switch (tag.TagValue)
                {
                    case 1 or 2 or 6:
                        yield return names.ReadCharacterString(UniversalTagNumber.IA5String, tag);
                        break;
                    case 7:
                        yield return new IPAddress(names.ReadOctetString(tag)).ToString();
                        break;
                    default:
                        names.ReadEncodedValue();
                        break;
                }
            }
        }
    }

    private static X509ChainPolicy ChainPolicy(TlsAccess tls)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        if (tls.ClientAuthorities.Count > 0)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(tls.ClientAuthorities);
        }

        return policy;
    }
}
