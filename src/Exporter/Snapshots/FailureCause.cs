namespace Exporter.Snapshots;

/// <summary>What stands behind a failure, as far as it can be told: what somebody can mend.</summary>
internal enum FailureCause
{
    /// <summary>The host name does not exist, or no name server says what it stands for.</summary>
    NameNotFound,

    /// <summary>Nobody listens there.</summary>
    ConnectionRefused,

    /// <summary>The connection broke, or ended within an answer.</summary>
    ConnectionReset,

    /// <summary>No way to the host, or no answer to a connect.</summary>
    Unreachable,

    /// <summary>The proxy cannot be reached, by any of the ways above.</summary>
    ProxyUnreachable,

    /// <summary>407: the proxy wants user name and password, or others.</summary>
    ProxyWantsCredentials,

    /// <summary>The proxy does not connect to the host.</summary>
    ProxyRefuses,

    /// <summary>No authority that this machine knows has signed the certificate.</summary>
    UnknownAuthority,

    /// <summary>The certificate is for other host names.</summary>
    WrongCertificateName,

    /// <summary>The certificate is out of its time.</summary>
    CertificateExpired,

    /// <summary>The certificate's authority is unknown, and the file that <c>SSL_CERT_FILE</c> names is of no use.</summary>
    CertificateFileMissing,

    /// <summary>No TLS for another reason: not TLS at all, no common version, a firewall between.</summary>
    TlsTrouble,
}
