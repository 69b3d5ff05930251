using System.Formats.Asn1;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Exporter.Trust;
using Exporter.Web.Access;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Exporter.Web.Connections;

/// <summary>Accepts each TLS connection by the access rules in force when it begins.</summary>
internal static class TlsListener
{
    private const string SubjectAlternativeName = "2.5.29.17";

    /// <summary>A client that does not finish its handshake within this time is disconnected.</summary>
    private static readonly TimeSpan HandshakeWithin = TimeSpan.FromSeconds(10);

    public static void UseTls(this ListenOptions listen, Func<WebAccess> current, TimeProvider time)
    {
        // Over HTTP/2 the server sends responses of its own that lack our header, and offers no place to add it; no client here needs
        // HTTP/2.
        listen.Protocols = HttpProtocols.Http1;
        listen.UseHttps(
            new TlsHandshakeCallbackOptions
            {
                HandshakeTimeout = HandshakeWithin,
                OnConnection = accepting =>
                {
                    var rules = current().Tls!;
                    accepting.Connection.Features.Set(new Handshake(rules, time.GetTimestamp()));
                    return ValueTask.FromResult(OptionsOf(rules));
                },
            }
        );
    }

    /// <summary>Returns what these rules mean for one connection.</summary>
    public static SslServerAuthenticationOptions OptionsOf(TlsAccess tls)
    {
        var asks = tls.ClientCertificates != ClientCertificates.NoClientCert;
        var options = TlsHandshake.ForServer(tls.ClientAuthorities.Count > 0 ? tls.ClientAuthorities : null);
        options.ServerCertificateContext = tls.Certificate;
        options.EnabledSslProtocols = tls.Protocols;
        options.CipherSuitesPolicy = tls.CipherSuites;
        options.ApplicationProtocols = [SslApplicationProtocol.Http11];
        options.ClientCertificateRequired = asks;

        // A resumed session would bring a certificate that may have lost its trust since.
        options.AllowTlsResume = !asks;
        if (asks)
        {
            options.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                IsAcceptable(tls, certificate as X509Certificate2, errors);
        }

        return options;
    }

    /// <summary>
    /// Whether the certificate that a client presented allows a connection. <see cref="AccessGate"/> later refuses a client without any
    /// certificate, because the health paths need none.
    /// </summary>
    public static bool IsAcceptable(TlsAccess tls, X509Certificate2? certificate, SslPolicyErrors errors) =>
        certificate is null
        || tls.ClientCertificates is ClientCertificates.RequestClientCert or ClientCertificates.RequireAnyClientCert
        || (errors == SslPolicyErrors.None && (tls.ClientNames.Count == 0 || NamesOf(certificate).Any(tls.ClientNames.Contains)));

    /// <summary>
    /// Returns the DNS names, mail addresses, IP addresses and URIs for which a certificate was issued (RFC 5280, 4.2.1.6).
    /// </summary>
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
}
