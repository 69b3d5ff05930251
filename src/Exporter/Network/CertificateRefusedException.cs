using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Exporter.Network;

/// <summary>The certificate that a server showed is not good, and why: the platform's own exception says it in prose only.</summary>
#pragma warning disable CA1032 // It is made in one place.
internal sealed class CertificateRefusedException : AuthenticationException
#pragma warning restore CA1032
{
    private CertificateRefusedException()
        : base("the certificate is not good") { }

    /// <summary>The host that was asked for.</summary>
    public required string Host { get; init; }

    /// <summary>What is wrong with the certificate itself.</summary>
    public required SslPolicyErrors Errors { get; init; }

    /// <summary>What is wrong with it and with those who have signed it.</summary>
    public required X509ChainStatusFlags Chain { get; init; }

    /// <summary>Who has signed it, in the certificate's own words.</summary>
    public required string Issuer { get; init; }

    /// <summary>The time of the one in the chain that is out of its time: until when it was good, or from when it will be.</summary>
    public (DateTime Moment, bool IsToCome)? OutOfTime { get; init; }

    /// <summary>What is wrong with the file of authorities that <c>SSL_CERT_FILE</c> names.</summary>
    public string? FileProblem { get; init; }

    /// <summary>Accepts what the platform accepts and refuses what it refuses, with its reasons.</summary>
    /// <param name="sender">The stream.</param>
    /// <param name="certificate">What the server showed.</param>
    /// <param name="chain">Who has signed it.</param>
    /// <param name="errors">The platform's judgement.</param>
    /// <param name="file">The value of <c>SSL_CERT_FILE</c>.</param>
    /// <exception cref="CertificateRefusedException">The platform refuses it.</exception>
    public static bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string? file) =>
        errors == SslPolicyErrors.None
            ? true
            : throw new CertificateRefusedException
            {
                Host = (sender as SslStream)?.TargetHostName ?? "",
                Errors = errors,
                Chain = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (all, one) => all | one.Status) ?? default,
                Issuer = (certificate as X509Certificate2)?.GetNameInfo(X509NameType.SimpleName, forIssuer: true) ?? "",
                OutOfTime = chain
                    ?.ChainElements.Where(static element =>
                        element.ChainElementStatus.Any(static one => one.Status.HasFlag(X509ChainStatusFlags.NotTimeValid))
                    )
                    .Select(element => Late(element.Certificate, chain.ChainPolicy.VerificationTime))
                    .FirstOrDefault(),
                FileProblem = CertificateFile.ProblemOf(file),
            };

    private static (DateTime Moment, bool IsToCome)? Late(X509Certificate2 certificate, DateTime now) =>
        certificate.NotBefore > now ? (certificate.NotBefore, true) : (certificate.NotAfter, false);
}
