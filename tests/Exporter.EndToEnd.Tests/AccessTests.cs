using System.Security.Cryptography.X509Certificates;
using Exporter.EndToEnd.Fixtures;
using Exporter.Tests.Web;

namespace Exporter.EndToEnd;

/// <summary>Who gets in by <c>--web.config.file</c>, asked by the clients that people use: curl and Prometheus.</summary>
public sealed class AccessTests : IDisposable
{
    /// <summary>Of <c>abc123xyz</c>, at the lowest cost.</summary>
    private const string User = "basic_auth_users:\n  alice: $2a$04$R9h/cIPz0gi.URNNX3kh2O.btYBSg3tBnZC3o4hpek8IMaSbjfaG.\n";
    private const string Tls = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n";
    private readonly TemporaryDirectory _directory = new();
    private readonly Certificates _certificates = new();

    public void Dispose()
    {
        _certificates.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Without_the_password_only_the_health_paths_answer()
    {
        await using var exporter = await StartAsync(User);

        foreach (var path in (string[])["", "metrics", "api/v1/status", "config", "internal/metrics", "nowhere"])
        {
            Assert.Equal((path, "401"), (path, await CurlAsync(exporter, path)));
            Assert.Equal((path, "401"), (path, await CurlAsync(exporter, path, "--user", "alice:wrong")));
        }

        Assert.Equal("200", await CurlAsync(exporter, "-/healthy"));
        Assert.Equal("401", await CurlAsync(exporter, "-/healthy", "--request", "POST"));
        Assert.Equal("200", await CurlAsync(exporter, "metrics", "--user", "alice:abc123xyz"));
        Assert.Equal("404", await CurlAsync(exporter, "nowhere", "--user", "alice:abc123xyz"));
        await HealthyAsync(exporter);
        Assert.DoesNotContain("abc123xyz", exporter.Output + exporter.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curl_speaks_tls_of_the_versions_that_are_allowed()
    {
        Write("server", "server");
        await using var exporter = await StartAsync(
            Tls + "  min_version: TLS13\nhttp_server_config:\n  headers:\n    Strict-Transport-Security: max-age=31536000\n"
        );
        var authority = _directory.Write("ca.crt", _certificates.Authority);

        Assert.Equal("200 1.1", await CurlAsync(exporter, "metrics", "--cacert", authority, "--write-out", "%{http_code} %{http_version}"));
        Assert.Equal("000", await CurlAsync(exporter, "metrics", "--cacert", authority, "--tls-max", "1.2"));
        Assert.Equal("000", await CurlAsync(exporter, "metrics"));
        await HealthyAsync(exporter);
        using var response = await exporter.Http.GetAsync("metrics", TestContext.Current.CancellationToken);
        Assert.Equal(["max-age=31536000"], response.Headers.GetValues("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Prometheus_scrapes_with_a_password_over_mutual_tls_and_nobody_else_does()
    {
        Write("server", "server");
        Write("client", "prometheus");
        Write("other", "grafana");
        using var strangers = new Certificates("Strangers");
        var (strange, strangeKey) = strangers.Sign("prometheus");
        var (strangeFile, strangeKeyFile) = (_directory.Write("strange.crt", strange), _directory.Write("strange.key", strangeKey));
        var authority = _directory.Write("ca.crt", _certificates.Authority);
        await using var exporter = await StartAsync(
            Tls + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n  client_allowed_sans: [prometheus]\n" + User
        );
        await using var prometheus = await PrometheusServer.StartAsync(
            _directory,
            PrometheusServer.Job(
                exporter.Address,
                access: $$"""
                basic_auth: {username: alice, password: abc123xyz}
                    tls_config: {ca_file: {{authority}}, cert_file: {{_directory.Path}}/client.crt, key_file: {{_directory.Path}}/client.key, server_name: localhost}
                """
            )
        );

        await Eventually.TrueAsync(async () => (await prometheus.QueryAsync("up == 1")).Count == 1);
        await Eventually.TrueAsync(async () => (await prometheus.QueryAsync("sendgrid_automation_up == 1")).Count > 0);

        string[] password = ["--cacert", authority, "--user", "alice:abc123xyz"];
        Assert.Equal("403", await CurlAsync(exporter, "metrics", password));
        Assert.Equal(
            "000",
            await CurlAsync(
                exporter,
                "metrics",
                [.. password, "--cert", $"{_directory.Path}/other.crt", "--key", $"{_directory.Path}/other.key"]
            )
        );
        Assert.Equal("000", await CurlAsync(exporter, "metrics", [.. password, "--cert", strangeFile, "--key", strangeKeyFile]));
        Assert.Equal(
            "401",
            await CurlAsync(
                exporter,
                "metrics",
                "--cacert",
                authority,
                "--cert",
                $"{_directory.Path}/client.crt",
                "--key",
                $"{_directory.Path}/client.key"
            )
        );
        Assert.Equal("200", await CurlAsync(exporter, "-/healthy", "--cacert", authority));
        await HealthyAsync(exporter);
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_to_the_next_connection_and_no_request_fails_meanwhile()
    {
        Write("server", "first");
        await using var exporter = await StartAsync(Tls);
        Assert.Equal("CN=first", await SubjectAsync(exporter));

        // First the certificate, and its key only later, as a careless script does it. Old connections and new ones are used all the time.
        var (certificate, key) = _certificates.Sign("second");
        _directory.Write("server.crt", certificate);
        _directory.Write("server.key", key);
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Eventually.TrueAsync(async () =>
                    {
                        Assert.NotEmpty(await exporter.Http.GetStringAsync("-/healthy", TestContext.Current.CancellationToken));
                        return await SubjectAsync(exporter) == "CN=second";
                    })
                )
        );

        _directory.Write("server.key", "no key at all\n");
        await Eventually.TrueAsync(async () =>
        {
            Assert.Equal("CN=second", await SubjectAsync(exporter));
            var page = await exporter.Http.GetStringAsync("", TestContext.Current.CancellationToken);
            return page.Contains("--web.config.file cannot be used", StringComparison.Ordinal);
        });
        Assert.Equal("CN=second", await SubjectAsync(exporter));
        await Eventually.TrueAsync(() =>
            exporter.Complaints.Any(line => line.Contains("tls_server_config.key_file", StringComparison.Ordinal))
        );
    }

    public static TheoryData<string, string, string> Stricter =>
        new()
        {
            { "RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n  client_allowed_sans: [prometheus, grafana]", "grafana", "ca.crt" },
            { "RequireAndVerifyClientCert\n  client_ca_file: ca.crt", "prometheus", "other.crt" },
            { "RequireAnyClientCert", "prometheus", "other.crt" },
        };

    /// <summary>A client that a rule shuts out keeps no connection that it had before.</summary>
    [Theory]
    [MemberData(nameof(Stricter))]
    public async Task A_rule_that_becomes_stricter_reaches_the_connections_that_are_open(string before, string client, string authority)
    {
        Write("server", "server");
        using var others = new Certificates("Others");
        _directory.Write("ca.crt", _certificates.Authority);
        _directory.Write("other.crt", others.Authority);
        await using var exporter = await StartAsync($"{Tls}  client_auth_type: {before}\n");
        var (certificate, key) = _certificates.Sign(client);
        using var pem = X509Certificate2.CreateFromPem(certificate, key);
        using var shown = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null);
        using var handler = new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = Timeout.InfiniteTimeSpan };
        handler.SslOptions.ClientCertificates = [shown];
#pragma warning disable CA5359 // This is about whom the server trusts.
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        using var http = new HttpClient(handler) { BaseAddress = exporter.Address, Timeout = Eventually.Patience };
        Assert.NotEmpty(await http.GetStringAsync("metrics", TestContext.Current.CancellationToken));
        Assert.NotEmpty(await http.GetStringAsync("metrics", TestContext.Current.CancellationToken));

        _directory.Write(
            "web.yml",
            $"{Tls}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: {authority}\n  client_allowed_sans: [prometheus]\n"
        );

        await Eventually.TrueAsync(async () =>
        {
            try
            {
                await http.GetStringAsync("metrics", TestContext.Current.CancellationToken);
                return false;
            }
            catch (HttpRequestException)
            {
                return true;
            }
        });
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync("metrics", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_changed_password_counts_from_the_next_request_on()
    {
        await using var exporter = await StartAsync("");
        Assert.Equal("200", await CurlAsync(exporter, "metrics"));

        _directory.Write("web.yml", User);

        await Eventually.TrueAsync(async () => await CurlAsync(exporter, "metrics") == "401");
        Assert.Equal("200", await CurlAsync(exporter, "metrics", "--user", "alice:abc123xyz"));
    }

    [Fact]
    public async Task Check_and_serve_refuse_a_bad_file_and_name_the_place()
    {
        var file = _directory.Write("web.yml", "tls_server_config:\n  cert_file: none.crt\nbasic_auth_users:\n  alice: plain-word\n");
        foreach (var command in (string[])["check", "serve"])
        {
            var (exitCode, _, error) = await ExporterProcess.RunAsync([command, "--demo", $"--web.config.file={file}"]);

            Assert.Equal(2, exitCode);
            Assert.Contains(
                $"error: {file}:2:14: tls_server_config.cert_file: cannot use \"none.crt\": there is no such file",
                error,
                StringComparison.Ordinal
            );
            Assert.Contains($"error: {file}:4:10: basic_auth_users.alice: expected a bcrypt hash", error, StringComparison.Ordinal);
            Assert.DoesNotContain("plain-word", error, StringComparison.Ordinal);
        }
    }

    private Task<ExporterProcess> StartAsync(string webConfiguration) =>
        ExporterProcess.StartAsync(_directory, ["--demo", "--web.config.file", _directory.Write("web.yml", webConfiguration)]);

    private void Write(string file, string name)
    {
        var (certificate, key) = _certificates.Sign(name);
        _directory.Write($"{file}.crt", certificate);
        _directory.Write($"{file}.key", key);
    }

    /// <summary>The program's own check, which waits for an answer for four seconds: a busy machine may not get to it in time.</summary>
    private static Task HealthyAsync(ExporterProcess exporter) =>
        Eventually.TrueAsync(async () =>
            (await ExporterProcess.RunAsync(["healthcheck", $"--web.listen-address={exporter.Address.Authority}"])).ExitCode == 0
        );

    /// <summary>The status that curl gets; 000 when there is no answer.</summary>
    private async Task<string> CurlAsync(ExporterProcess exporter, string path, params string[] arguments)
    {
        new Tool("curl").Require();
        await using var curl = ChildProcess.Start(
            "curl",
            [
                "--silent",
                "--noproxy",
                "*",
                "--max-time",
                $"{Eventually.Patience.TotalSeconds}",
                "--output",
                "/dev/null",
                "--write-out",
                "%{http_code}",
                .. arguments,
                new Uri(exporter.Address, path).ToString(),
            ],
            _directory.Path
        );
        await curl.ExitCodeAsync();
        return curl.Output.Trim();
    }

    /// <summary>Whom a new connection meets.</summary>
    private static async Task<string> SubjectAsync(ExporterProcess exporter)
    {
        var subject = "";
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            (subject = (certificate as X509Certificate2)!.Subject).Length > 0;
        using var client = new HttpClient(handler) { BaseAddress = exporter.Address, Timeout = Eventually.Patience };
        Assert.NotEmpty(await client.GetStringAsync("-/healthy", TestContext.Current.CancellationToken));
        return subject;
    }
}
