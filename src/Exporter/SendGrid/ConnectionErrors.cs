using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exporter.Network;
using Exporter.Snapshots;

namespace Exporter.SendGrid;

/// <summary>Explains failed connections. The text may name a proxy by host and port; it contains no other address and no secret.</summary>
internal static class ConnectionErrors
{
    private const string Origin = "base_url";

    private const X509ChainStatusFlags NotSigned = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;

    /// <param name="exception">The exception of HttpClient or of a body's stream.</param>
    /// <returns>The cause, and a sentence that describes it.</returns>
    public static (FailureCause Cause, string Words) From(Exception exception)
    {
        var proxy = All(exception).OfType<NoAnswerException>().FirstOrDefault()?.Proxy;
        var http = All(exception).OfType<HttpRequestException>().FirstOrDefault(static e => e is not NoAnswerException);
        var socket = All(exception).OfType<SocketException>().FirstOrDefault()?.SocketErrorCode;
        return All(exception).OfType<CertificateRefusedException>().FirstOrDefault() is { } refused
            ? OfCertificate(refused, proxy)
            : http?.HttpRequestError switch
            {
                HttpRequestError.ProxyTunnelError => OfTunnel(http.StatusCode, proxy),
                HttpRequestError.SecureConnectionError => OfTls(socket, proxy),
                HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError => OfConnect(socket, proxy),
                HttpRequestError.ResponseEnded => Broken("ended in the middle of the answer", proxy),
                _ when All(exception).Any(static e => e is AuthenticationException) => OfTls(socket, proxy),
                _ when IsSilence(exception) => Silent(proxy),
                _ when All(exception).Any(static e => e is HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }) => Broken(
                    "ended in the middle of the answer",
                    proxy
                ),
                _ when socket is not null => Broken("was reset", proxy),
                _ => Broken("broke", proxy),
            };
    }

    /// <summary>Whether there was no answer at all: to the connect, to the TLS handshake or to the proxy's.</summary>
    public static bool IsSilence(Exception exception) =>
        All(exception).Any(static e => e is TimeoutException or SocketException { SocketErrorCode: SocketError.TimedOut });

    private static (FailureCause Cause, string Words) OfConnect(SocketError? error, string? proxy)
    {
        var (cause, words) = error switch
        {
            SocketError.ConnectionRefused => (FailureCause.ConnectionRefused, "connection refused"),
            SocketError.ConnectionReset or SocketError.ConnectionAborted => (FailureCause.ConnectionReset, "connection reset"),
            SocketError.HostNotFound or SocketError.NoData => (
                FailureCause.NameNotFound,
                "the host name cannot be resolved: it does not exist"
            ),
            SocketError.TryAgain => (FailureCause.NameNotFound, "the host name cannot be resolved: no name server answers"),
            SocketError.NoRecovery => (FailureCause.NameNotFound, "the host name cannot be resolved: the name server fails"),
            SocketError.TimedOut => (FailureCause.Unreachable, $"no answer to a connection within {Connector.Within.TotalSeconds:0} s"),
            SocketError.NetworkUnreachable
            or SocketError.NetworkDown
            or SocketError.AddressNotAvailable
            or SocketError.AddressFamilyNotSupported => (FailureCause.Unreachable, "no route to the network"),
            SocketError.HostUnreachable or SocketError.HostDown => (FailureCause.Unreachable, "no route to the host"),
            SocketError.AccessDenied => (FailureCause.Unreachable, "this machine does not permit the connection (a firewall?)"),
            SocketError.TooManyOpenSockets => (FailureCause.Unreachable, "this process has too many files open"),
            { } code => (FailureCause.Unreachable, $"no connection ({code})"),
            null => (FailureCause.Unreachable, "no connection"),
        };
        return proxy is null
            ? (cause, $"{Origin}: {words}")
            : (FailureCause.ProxyUnreachable, $"the proxy {proxy} cannot be reached: {words}");
    }

    private static (FailureCause Cause, string Words) OfTunnel(HttpStatusCode? status, string? proxy) =>
        status switch
        {
            HttpStatusCode.ProxyAuthenticationRequired => (
                FailureCause.ProxyWantsCredentials,
                $"407: the proxy {proxy} requires a user name and password, or does not accept those it received"
            ),
            { } other => (FailureCause.ProxyRefuses, $"{(int)other}: the proxy {proxy} refuses to connect to {Origin}"),
            null => (FailureCause.ProxyRefuses, $"the proxy {proxy} refuses to connect to {Origin}"),
        };

    private static (FailureCause Cause, string Words) OfTls(SocketError? error, string? proxy) =>
        (
            FailureCause.TlsTrouble,
            error switch
            {
                SocketError.ConnectionReset or SocketError.ConnectionAborted =>
                    $"no TLS connection: it was reset during the handshake (a firewall?){Through(proxy)}",
                _ => $"no TLS connection: the other side does not speak TLS, or no version that both support{Through(proxy)}",
            }
        );

    private static (FailureCause Cause, string Words) Silent(string? proxy) =>
        proxy is null
            ? (
                FailureCause.Unreachable,
                $"{Origin}: connected, but no answer within {Outgoing.ConnectWithin.TotalSeconds:0} s to the handshake of TLS"
            )
            : (
                FailureCause.ProxyUnreachable,
                $"the proxy {proxy} did not connect to {Origin} within {Outgoing.ConnectWithin.TotalSeconds:0} s"
            );

    private static (FailureCause Cause, string Words) Broken(string how, string? proxy) =>
        (FailureCause.ConnectionReset, $"the connection {how}{Through(proxy)}");

    private static (FailureCause Cause, string Words) OfCertificate(CertificateRefusedException refused, string? proxy)
    {
        var isProxys = proxy?.StartsWith($"{refused.Host}:", StringComparison.OrdinalIgnoreCase) == true;
        List<(FailureCause Cause, string Words)> faults = [];
        if ((refused.Chain & NotSigned) != X509ChainStatusFlags.NoError)
        {
            faults.Add(
                refused.FileProblem is { } problem
                    ? (
                        FailureCause.CertificateFileMissing,
                        $"no authority that this machine trusts has signed it, and the file in {CertificateFile.Variable} {problem}"
                    )
                    : (
                        FailureCause.UnknownAuthority,
                        $"no authority that this machine trusts has signed it (it names {Shown(refused.Issuer)}){Missing(refused)}"
                    )
            );
        }

        if (refused.OutOfTime is var (moment, isToCome))
        {
            var day = moment.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            faults.Add(
                (
                    FailureCause.CertificateExpired,
                    isToCome ? $"it is not valid before {day} UTC (is this machine's clock right?)" : $"it expired on {day} UTC"
                )
            );
        }

        if (refused.Errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            faults.Add((FailureCause.WrongCertificateName, "it is for other host names"));
        }

        if (faults.Count == 0)
        {
            faults.Add(
                (
                    FailureCause.TlsTrouble,
                    refused.Errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)
                        ? "there is none"
                        : $"it is not acceptable ({refused.Chain})"
                )
            );
        }

        var whose = isProxys ? $"the proxy {proxy}" : Origin;
        return (
            faults[0].Cause,
            $"no TLS connection: the certificate of {whose}: {string.Join("; ", faults.Select(static fault => fault.Words))}"
        );
    }

    private static string Through(string? proxy) => proxy is null ? "" : $" (through the proxy {proxy})";

    private static string Missing(CertificateRefusedException refused) =>
        refused.MissingIssuer is { } issuer
            ? $", and the certificate of {Shown(issuer)} is missing: it was not sent, and this machine does not have it"
            : "";

    /// <summary>Cleans the name, which comes from the other side.</summary>
    private static string Shown(string name)
    {
        var clean = string.Concat(name.Where(static c => !char.IsControl(c)).Take(100));
        return clean.Length == 0 ? "nobody" : $"\"{clean}\"";
    }

    private static IEnumerable<Exception> All(Exception exception)
    {
        for (var each = exception; each is not null; each = each.InnerException)
        {
            yield return each;
        }
    }
}
