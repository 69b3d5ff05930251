using System.Net.Security;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using Exporter.Configuration;
using Exporter.Web.Access;

namespace Exporter.Tests.Web;

/// <summary>A running program takes over nothing of a file that may be half written: whatever it loses, no door opens.</summary>
public sealed class HalfWrittenWebFileTests : IDisposable
{
    private const string Hash = "$2a$10$UucWXWpfeqy2Vz0cBdBfP.5KGV8TEFP9rZxgJoZ9bQh1C2Gc0r7u2";

    /// <summary>The keys of TLS, with a beginning of each value that is good as well.</summary>
    private static readonly string[] Tls =
    [
        "  client_auth_type: RequireAndVerifyClientCert\n",
        "  client_ca_file: ca.crt\n",
        "  client_allowed_sans:\n    - scraper\n    - scraper-2\n",
        "  cipher_suites:\n    - TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256\n    - TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256\n",
        "  min_version: TLS12\n  max_version: TLS12\n",
    ];

    private static readonly string[] Blocks =
    [
        $"basic_auth_users:\n  alice: {Hash}\n  bob: {Hash}\n",
        "http_server_config:\n  headers:\n    X-Frame-Options: deny\n    Strict-Transport-Security: max-age=31536000\n",
    ];

    private readonly string _directory = Directory.CreateTempSubdirectory().FullName;
    private readonly Certificates _certificates = new();

    public HalfWrittenWebFileTests()
    {
        foreach (var name in new[] { "server", "renewed" })
        {
            var (certificate, key) = _certificates.Sign(name);
            File.WriteAllText(Path.Combine(_directory, $"{name}.crt"), certificate);
            File.WriteAllText(Path.Combine(_directory, $"{name}.key"), key);
        }

        File.WriteAllText(Path.Combine(_directory, "ca.crt"), _certificates.Authority);
    }

    public void Dispose()
    {
        _certificates.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void A_file_that_loses_client_ca_file_does_not_begin_to_trust_the_authorities_of_the_system()
    {
        var file = Text([Tls[0], Tls[1]], []);

        Assert.Equal(
            "it asks clients for less than before (client_ca_file); only a restart does that",
            Read(file)!.WhyNot(Read(file.Replace(Tls[1], "", StringComparison.Ordinal))!)
        );
    }

    [Fact]
    public void A_file_that_loses_its_versions_serves_no_further_ones() =>
        Assert.Equal(
            "it asks clients for less than before (min_version or max_version); only a restart does that",
            Read(Text(["  min_version: TLS13\n"], []))!.WhyNot(Read(Text([], []))!)
        );

    /// <summary>Each key stands at the end once and is cut at every byte; what stands before it is cut at every line.</summary>
    [Fact]
    public void Whatever_a_cut_file_still_says_it_allows_nothing_new()
    {
        var taken = 0;
        foreach (var file in Orders())
        {
            var whole = Read(file)!;
            Assert.Null(whole.WhyNot(whole));
            var last = file.Length - 120;
            foreach (var length in Enumerable.Range(0, file.Length).Where(at => at >= last || file[at] == '\n' || file[at] == ':'))
            {
                if (Read(file[..length]) is { } cut && whole.WhyNot(cut) is null)
                {
                    taken++;
                    AllowsNothingNew(whole, cut);
                    AllowsNothingNew(whole.Tls!, cut.Tls!);
                }
            }
        }

        Assert.NotEqual(0, taken);
    }

    [Fact]
    public void No_property_of_the_rules_can_be_lost_without_a_restart()
    {
        var strict = Read(Orders().First())!;
        foreach (var (lost, property) in EachLost(strict, WebAccess.Open).Where(one => one.Property.Name != nameof(WebAccess.Tls)))
        {
            Assert.True(strict.WhyNot(lost) is not null, property.Name);
        }

        foreach (var (lost, property) in EachLost(strict.Tls!, Open().Tls!))
        {
            // A renewed certificate is taken over.
            Assert.Equal(property.Name != nameof(TlsAccess.Certificate), strict.WhyNot(strict with { Tls = lost }) is not null);
        }
    }

    [Fact]
    public void What_is_renewed_or_becomes_stricter_needs_no_restart()
    {
        var before = Read(Orders().First())!;
        foreach (var (lost, _) in EachLost(before, WebAccess.Open).Where(one => one.Property.Name != nameof(WebAccess.Tls)))
        {
            Assert.Null(lost.WhyNot(before));
        }

        foreach (var (lost, _) in EachLost(before.Tls!, Open().Tls!))
        {
            Assert.Null((before with { Tls = lost }).WhyNot(before));
        }

        using var other = new Certificates("Another authority");
        var authorities = new X509Certificate2Collection { X509Certificate2.CreateFromPem(other.Authority) };
        Assert.Null(before.WhyNot(before with { Tls = before.Tls! with { ClientAuthorities = authorities } }));
        Assert.Null(before.WhyNot(before with { Users = new Dictionary<string, string>(StringComparer.Ordinal) { ["carol"] = Hash } }));
    }

    /// <summary>Rules that become stricter reach the connections that are open: <see cref="AccessGate"/> ends them.</summary>
    [Fact]
    public void A_connection_is_kept_only_under_rules_that_ask_for_no_more()
    {
        var strict = Read(Orders().First())!.Tls!;
        Assert.True(strict.AreKeptBy(Read(Orders().First())!.Tls!));
        foreach (var (lost, property) in EachLost(strict, Open().Tls!))
        {
            Assert.Equal(property.Name == nameof(TlsAccess.Certificate), lost.AreKeptBy(strict));
        }

        // Of one name and one serial number: a script makes an authority anew.
        using var other = new Certificates();
        var (known, replaced) = (strict.ClientAuthorities, X509Certificate2.CreateFromPem(other.Authority));
        Assert.False(strict.AreKeptBy(strict with { ClientAuthorities = [replaced] }));
        Assert.True(strict.AreKeptBy(strict with { ClientAuthorities = [replaced, .. known] }));
    }

    /// <summary>TLS of which nothing is said but the certificate, which is another one.</summary>
    private WebAccess Open() => Read(Text([], []).Replace("server.", "renewed.", StringComparison.Ordinal))!;

    /// <summary>
    /// Returns the strict rules without one of their properties, for each. A property that is added later must be set in them.
    /// </summary>
    private static IEnumerable<(T Lost, PropertyInfo Property)> EachLost<T>(T strict, T open)
        where T : class
    {
        var clone = typeof(T).GetMethod("<Clone>$")!;
        foreach (var property in typeof(T).GetProperties().Where(static property => property.CanWrite))
        {
            Assert.NotEqual(Items(property.GetValue(open)), Items(property.GetValue(strict)));
            var lost = (T)clone.Invoke(strict, parameters: null)!;
            property.SetValue(lost, property.GetValue(open));
            yield return (lost, property);
        }
    }

    private static void AllowsNothingNew<T>(T before, T after)
    {
        foreach (var property in typeof(T).GetProperties().Where(static property => property.Name != nameof(WebAccess.Tls)))
        {
            var (was, now) = (Items(property.GetValue(before)), Items(property.GetValue(after)));
            Assert.Equal(was.Count == 0, now.Count == 0);
            Assert.Subset(was, now);
        }
    }

    /// <summary>The parts of a property's value: none of them may be new.</summary>
    private static HashSet<string> Items(object? value) =>
        value switch
        {
            null => [],
            CipherSuitesPolicy suites when !OperatingSystem.IsWindows() =>
            [
                .. suites.AllowedCipherSuites.Select(suite => suite.ToString()),
            ],
            SslStreamCertificateContext certificate => [certificate.TargetCertificate.Subject],
            string text => [text],
            System.Collections.IEnumerable items => [.. items.Cast<object>().Select(item => item.ToString()!)],
            Enum flags => [.. flags.ToString().Split(", ")],
            _ => [value.ToString()!],
        };

    private static IEnumerable<string> Orders()
    {
        foreach (var last in Tls)
        {
            yield return Text([.. Tls.Where(key => key != last), last], Blocks, isTlsLast: true);
        }

        yield return Text(Tls, Blocks);
        yield return Text(Tls, [Blocks[1], Blocks[0]]);
    }

    private static string Text(IEnumerable<string> tls, IEnumerable<string> blocks, bool isTlsLast = false)
    {
        var first = $"tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n{string.Concat(tls)}";
        return isTlsLast ? string.Concat(blocks) + first : first + string.Concat(blocks);
    }

    private WebAccess? Read(string text) => WebAccessReader.Read(Path.Combine(_directory, "web.yml"), text, static _ => null).Access;
}
