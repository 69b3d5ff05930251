using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Exporter.Network;

/// <summary>
/// A server's certificate is not acceptable, for the reasons in these members. The platform's own exception gives them as prose only.
/// </summary>
#pragma warning disable CA1032 // It is created in one place only.
internal sealed class CertificateRefusedException : AuthenticationException
#pragma warning restore CA1032
{
    private CertificateRefusedException()
        : base("the certificate is not good") { }

    /// <summary>The requested host.</summary>
    public required string Host { get; init; }

    /// <summary>The errors in the certificate itself.</summary>
    public required SslPolicyErrors Errors { get; init; }

    /// <summary>The errors in the certificate and its chain.</summary>
    public required X509ChainStatusFlags Chain { get; init; }

    /// <summary>The issuer's name, as the certificate gives it.</summary>
    public required string Issuer { get; init; }

    /// <summary>
    /// The name of the issuer with whose certificate the chain would go on; <see langword="null"/> when the chain has its end.
    /// </summary>
    public required string? MissingIssuer { get; init; }

    /// <summary>The limit that a certificate in the chain violates: its expiry, or its start when that is still to come.</summary>
    public (DateTime Moment, bool IsToCome)? OutOfTime { get; init; }

    /// <summary>The problem with the file of authorities that <c>SSL_CERT_FILE</c> names.</summary>
    public string? FileProblem { get; init; }

    /// <summary>Accepts and refuses exactly what the platform does, but states the reasons.</summary>
    /// <param name="errors">The platform's verdict.</param>
    /// <param name="file">The value of <c>SSL_CERT_FILE</c>.</param>
    /// <param name="now">The time of the handshake.</param>
    /// <exception cref="CertificateRefusedException">The platform refuses it.</exception>
    public static bool Judge(
        object sender,
        X509Certificate? certificate,
        X509Chain? chain,
        SslPolicyErrors errors,
        string? file,
        DateTimeOffset now
    ) =>
        errors == SslPolicyErrors.None
            ? true
            : throw new CertificateRefusedException
            {
                Host = (sender as SslStream)?.TargetHostName ?? "",
                Errors = errors,
                Chain = Union(chain?.ChainStatus ?? []),
                Issuer = IssuerOf(certificate as X509Certificate2) ?? "",
                MissingIssuer = IssuerOf(
                    chain
                        ?.ChainElements.LastOrDefault(static element =>
                            Union(element.ChainElementStatus).HasFlag(X509ChainStatusFlags.PartialChain)
                        )
                        ?.Certificate
                ),
                OutOfTime = chain
                    ?.ChainElements.Where(static element => Union(element.ChainElementStatus).HasFlag(X509ChainStatusFlags.NotTimeValid))
                    .Select(element => Late(element.Certificate, now))
                    .FirstOrDefault(),
                FileProblem = CertificateFile.ProblemOf(file),
            };

    private static X509ChainStatusFlags Union(IEnumerable<X509ChainStatus> all) =>
        all.Aggregate(X509ChainStatusFlags.NoError, static (union, one) => union | one.Status);

    private static string? IssuerOf(X509Certificate2? certificate) => certificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: true);

    private static (DateTime Moment, bool IsToCome)? Late(X509Certificate2 certificate, DateTimeOffset now) =>
        certificate.NotBefore.ToUniversalTime() > now.UtcDateTime ? (certificate.NotBefore, true) : (certificate.NotAfter, false);
}
