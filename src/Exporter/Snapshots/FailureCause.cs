namespace Exporter.Snapshots;

/// <summary>
/// The cause of a failure, finer than <see cref="FailureReason"/>. Two causes differ when an operator would act differently.
/// <see cref="FailureAdvice"/> has one advice for each.
/// </summary>
internal enum FailureCause
{
    /// <summary>401 without a more precise message: the key was revoked, has expired or is mistyped.</summary>
    KeyUnknown,

    /// <summary>The account does not allow the exporter's address (IP Access Management; seen as 401 and as 403).</summary>
    AddressNotAllowed,

    /// <summary>"Maximum credits exceeded", for a good key.</summary>
    CreditsUsedUp,

    /// <summary>A temporary block: after too many bad requests, or by a firewall's rate limit (Cloudflare's 1015).</summary>
    BlockedForAWhile,

    /// <summary>403 without a more precise message: the key may not read this.</summary>
    ScopeMissing,

    /// <summary>The API does not know the subuser of <c>on_behalf_of</c>.</summary>
    SubuserUnknown,

    /// <summary>451, or a message about regions: the data lies in another region.</summary>
    WrongRegion,

    /// <summary>An HTML page instead of JSON: a firewall, a proxy or a maintenance page.</summary>
    FirewallPage,

    /// <summary>Cloudflare's 520 to 530: Cloudflare cannot reach the API behind it.</summary>
    EdgeTrouble,

    /// <summary>5xx, 408, or a body that was cut off: the API has a failure.</summary>
    ApiTrouble,

    /// <summary>429.</summary>
    RateLimited,

    /// <summary>404: it does not exist, or no longer.</summary>
    NotFound,

    /// <summary>A redirect, which the exporter does not follow.</summary>
    Redirected,

    /// <summary>400, 405, 406, 413, 414, 415, 431: the API does not understand the request.</summary>
    RequestRefused,

    /// <summary>An answer that is not what the API documents.</summary>
    NotTheApi,

    /// <summary>The API did not answer before the deadline.</summary>
    NoAnswer,

    /// <summary>The rows moved while they were read.</summary>
    RowsMoved,

    /// <summary>The exporter stopped the attempt. Only the traces that are pushed show it.</summary>
    Stopped,

    /// <summary>A bug in the exporter.</summary>
    InternalError,

    /// <summary>The host name cannot be resolved.</summary>
    NameNotFound,

    /// <summary>Nothing listens at the address.</summary>
    ConnectionRefused,

    /// <summary>The connection was cut.</summary>
    ConnectionReset,

    /// <summary>No route to the address, or no answer to a connect.</summary>
    Unreachable,

    /// <summary>The proxy itself cannot be reached.</summary>
    ProxyUnreachable,

    /// <summary>407: the proxy wants credentials.</summary>
    ProxyWantsCredentials,

    /// <summary>The proxy does not let the exporter through to the host.</summary>
    ProxyRefuses,

    /// <summary>This machine trusts no authority that signed the certificate.</summary>
    UnknownAuthority,

    /// <summary>The certificate belongs to another host.</summary>
    WrongCertificateName,

    /// <summary>The certificate has expired, or is not valid yet.</summary>
    CertificateExpired,

    /// <summary>The file that <c>SSL_CERT_FILE</c> names cannot be used.</summary>
    CertificateFileMissing,

    /// <summary>Another TLS failure.</summary>
    TlsTrouble,
}
