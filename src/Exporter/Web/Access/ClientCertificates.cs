namespace Exporter.Web.Access;

/// <summary>What is asked of a client's certificate; the exporter-toolkit's five words.</summary>
internal enum ClientCertificates
{
    NoClientCert,
    RequestClientCert,
    RequireAnyClientCert,
    VerifyClientCertIfGiven,
    RequireAndVerifyClientCert,
}
