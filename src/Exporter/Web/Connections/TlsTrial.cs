using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using Exporter.Trust;
using Exporter.Web.Access;

namespace Exporter.Web.Connections;

/// <summary>
/// Shakes hands with itself, in memory. Which cipher suites, certificates and versions go together is known to the system's TLS alone, and
/// it says so in the handshake only.
/// </summary>
internal static class TlsTrial
{
#pragma warning disable CA5398 // Each version is tried by itself.
    private static readonly (SslProtocols Version, string Name)[] Versions =
    [
        (SslProtocols.Tls12, "TLS 1.2"),
        (SslProtocols.Tls13, "TLS 1.3"),
    ];
#pragma warning restore CA5398

    /// <summary>
    /// Returns the versions that the rules allow, when no client gets a connection in any of them. A version that works is enough: the
    /// others may be left out on purpose, by the system or by the list of suites.
    /// </summary>
    /// <returns>The name of each version, with the reason; empty when these rules serve TLS.</returns>
    public static IReadOnlyList<(string Version, string Reason)> Failures(TlsAccess tls)
    {
        var tried = Versions
            .Where(one => tls.Protocols.HasFlag(one.Version))
            .Select(one => (one.Name, Reason: ReasonAsync(tls, one.Version).GetAwaiter().GetResult()))
            .ToList();
        var failures = tried.Where(one => one.Reason is not null).Select(one => (one.Name, one.Reason!)).ToList();
        return failures.Count < tried.Count ? [] : failures;
    }

    /// <summary>Returns why there is no connection; <see langword="null"/> when there is one.</summary>
    private static async Task<string?> ReasonAsync(TlsAccess tls, SslProtocols version)
    {
        var (here, there) = DuplexStream.Pair();
        await using var server = new SslStream(here);
        await using var client = new SslStream(there);
        var failures = await Task.WhenAll(
                AttemptAsync(server, () => server.AuthenticateAsServerAsync(TlsListener.OptionsOf(tls))),
                AttemptAsync(client, () => client.AuthenticateAsClientAsync(Client(tls, version)))
            )
            .ConfigureAwait(false);

        // Who fails last may only see that the connection has ended.
        var reason = failures.FirstOrDefault(static failure => failure is not (null or IOException)) ?? failures[0] ?? failures[1];
        return reason?.GetBaseException().Message;
    }

    /// <summary>Waits for one side. When it fails, its end is closed, so that the other side does not wait for it.</summary>
    private static async Task<Exception?> AttemptAsync(SslStream side, Func<Task> handshake)
    {
        try
        {
            await handshake().ConfigureAwait(false);
            return null;
        }
        catch (Exception e)
            when (e
                    is AuthenticationException
                        or IOException
                        or CryptographicException
                        or NotSupportedException
                        or ArgumentException
                        or InvalidOperationException
            )
        {
            await side.DisposeAsync().ConfigureAwait(false);
            return e;
        }
    }

    /// <summary>A client that takes whatever the server may offer.</summary>
    private static SslClientAuthenticationOptions Client(TlsAccess tls, SslProtocols version)
    {
        var options = TlsHandshake.ForClient(authorities: []);
        options.TargetHost = "localhost";
        options.EnabledSslProtocols = version;
        options.CipherSuitesPolicy = tls.CipherSuites;
        options.AllowTlsResume = false;
        options.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null;
        return options;
    }
}
