namespace Exporter.Snapshots;

/// <summary>
/// What is behind a failure, finer than <see cref="FailureReason"/>: what an operator would do about it decides where one cause ends and
/// the next begins. Each has one advice, <see cref="FailureAdvice"/>.
/// </summary>
internal enum FailureCause
{
    /// <summary>401 without a better word: revoked, expired, mistyped.</summary>
    KeyUnknown,

    /// <summary>The address that we come from is not on the account's list (IP Access Management; seen as 401 and as 403).</summary>
    AddressNotAllowed,

    /// <summary>"Maximum credits exceeded", for a good key.</summary>
    CreditsUsedUp,

    /// <summary>A block that passes: after too many bad requests, or a firewall's rate limit (Cloudflare's 1015).</summary>
    BlockedForAWhile,

    /// <summary>403 without a better word: the key may not read this.</summary>
    ScopeMissing,

    /// <summary>The subuser of <c>on_behalf_of</c> is not known.</summary>
    SubuserUnknown,

    /// <summary>451, or a sentence about regions: the data lies elsewhere.</summary>
    WrongRegion,

    /// <summary>A page of HTML where JSON belongs: a firewall, a proxy or a maintenance page.</summary>
    FirewallPage,

    /// <summary>Cloudflare's 520 to 530: what stands before the API cannot reach it.</summary>
    EdgeTrouble,

    /// <summary>5xx, 408, or a body that was cut off: the API is in trouble.</summary>
    ApiTrouble,

    /// <summary>429.</summary>
    RateLimited,

    /// <summary>404: there is no such thing, or no longer.</summary>
    NotFound,

    /// <summary>A redirect, which is not followed.</summary>
    Redirected,

    /// <summary>400, 405, 406, 413, 415: the API does not understand the request.</summary>
    RequestRefused,

    /// <summary>An answer that is not what the API documents.</summary>
    NotTheApi,

    /// <summary>The API kept silent until the deadline.</summary>
    NoAnswer,

    /// <summary>The rows moved while they were read.</summary>
    RowsMoved,

    /// <summary>We stopped asking.</summary>
    Stopped,

    /// <summary>A mistake of ours.</summary>
    InternalError,

    /// <summary>The host name cannot be resolved.</summary>
    NameNotFound,

    /// <summary>Nothing listens at the address.</summary>
    ConnectionRefused,

    /// <summary>The connection was cut.</summary>
    ConnectionReset,

    /// <summary>No way to the address, or no answer to a connect.</summary>
    Unreachable,

    /// <summary>The proxy itself cannot be reached.</summary>
    ProxyUnreachable,

    /// <summary>407: the proxy wants credentials.</summary>
    ProxyWantsCredentials,

    /// <summary>The proxy does not let us through to the host.</summary>
    ProxyRefuses,

    /// <summary>The certificate is signed by nobody that this machine trusts.</summary>
    UnknownAuthority,

    /// <summary>The certificate is another host's.</summary>
    WrongCertificateName,

    /// <summary>The certificate is expired, or not valid yet.</summary>
    CertificateExpired,

    /// <summary>The file that <c>SSL_CERT_FILE</c> names cannot be used.</summary>
    CertificateFileMissing,

    /// <summary>Another trouble of TLS.</summary>
    TlsTrouble,
}
