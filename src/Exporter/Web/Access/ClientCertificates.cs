namespace Exporter.Web.Access;

/// <summary>Which client certificate TLS requires; the five values are the exporter-toolkit's.</summary>
internal enum ClientCertificates
{
    NoClientCert,
    RequestClientCert,
    RequireAnyClientCert,
    VerifyClientCertIfGiven,
    RequireAndVerifyClientCert,
}
