using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exporter.Disk;

namespace Exporter.Web;

/// <summary>
/// Who may connect and how: what <c>--web.config.file</c> says, its certificates loaded. Immutable; a changed file makes a new one.
/// </summary>
internal sealed record WebAccess
{
    /// <summary>Plain HTTP for everybody, as without a file.</summary>
    public static readonly WebAccess Open = new();

    /// <summary><see langword="null"/> is plain HTTP.</summary>
    public TlsAccess? Tls { get; init; }

    /// <summary>Headers of every response.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>The bcrypt hash of each user's password; without users nobody is asked for one.</summary>
    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>How TLS connections are accepted.</summary>
internal sealed record TlsAccess
{
    /// <summary>The server's certificate with its key and the certificates between it and the root.</summary>
    public required SslStreamCertificateContext Certificate { get; init; }

    /// <summary>TLS 1.2 and 1.3, or one of them.</summary>
    public required SslProtocols Protocols { get; init; }

    /// <summary><see langword="null"/> leaves the choice to the platform.</summary>
    public CipherSuitesPolicy? CipherSuites { get; init; }

    public ClientCertificates ClientCertificates { get; init; }

    /// <summary>Who signs clients' certificates; empty is whom the system trusts.</summary>
    public X509Certificate2Collection ClientAuthorities { get; init; } = [];

    /// <summary>A client's certificate must carry one of these as a subject alternative name; empty takes any.</summary>
    public IReadOnlyList<string> ClientNames { get; init; } = [];
}

/// <summary>What is asked of a client's certificate; the exporter-toolkit's five words.</summary>
internal enum ClientCertificates
{
    NoClientCert,
    RequestClientCert,
    RequireAnyClientCert,
    VerifyClientCertIfGiven,
    RequireAndVerifyClientCert,
}

/// <summary>One reading of <c>--web.config.file</c>.</summary>
/// <param name="Access">What it says; <see langword="null"/> when there are problems.</param>
/// <param name="Files">
/// The file itself and those that it names, as they were read: when one holds something else, there is something to read again.
/// </param>
/// <param name="Problems">Each with its place in the file.</param>
/// <param name="Warnings">The same, for what is no obstacle.</param>
internal sealed record WebConfigResult(
    WebAccess? Access,
    IReadOnlyList<FileSeen> Files,
    IReadOnlyList<string> Problems,
    IReadOnlyList<string> Warnings
)
{
    /// <summary>Without a file.</summary>
    public static readonly WebConfigResult None = new(WebAccess.Open, [], [], []);
}
