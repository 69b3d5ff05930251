using System.Text.Json;
using Exporter.EndToEnd.Fixtures;
using Exporter.Tests.Network;
using Exporter.Tests.Web;
using Simulator;

namespace Exporter.EndToEnd;

/// <summary>The key stays at home, whatever the variables of proxies say; and what goes through a proxy goes in TLS.</summary>
public sealed class ProxyTests : IDisposable
{
    /// <summary>Spellings of this machine that lead to 127.0.0.1, where the simulated SendGrid listens.</summary>
    private static readonly string[] Own = ["127.0.0.1", "localhost", "LOCALHOST", "localhost.", "api.localhost", "[::ffff:127.0.0.1]"];

    private static readonly string[] Variables = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

    private readonly TemporaryDirectory _directory = new();

    /// <summary>Each variable alone, and all of them without and with exceptions.</summary>
    public static TheoryData<string, string> Settings =>
        [
            .. Variables.Select(static variable => (variable, "")),
            (string.Join(' ', Variables), ""),
            (string.Join(' ', Variables), "other.example"),
        ];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task No_proxy_hears_of_an_account_on_this_machine_however_it_is_spelt(string variables, string exceptions)
    {
        await using var proxy = new RecordingProxy(static _ => null);
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Sized(automations: 1, steps: 1, linksPerStep: 1));

        var (code, output, error) = await ExporterProcess.RunAsync(
            ["doctor", "--config.file", Write(sendGrid)],
            Environment(variables, exceptions, proxy)
        );

        Assert.True(code == 0, output + error);
        Assert.Equal(0, proxy.Connections);
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("backfill --every=1d")]
    [InlineData("doctor --demo")]
    [InlineData("plan --demo")]
    public async Task No_command_asks_a_proxy_for_this_machine(string command)
    {
        await using var proxy = new RecordingProxy(static _ => null);
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Sized(automations: 1, steps: 1, linksPerStep: 1));
        var arguments = command
            .Split(' ')
            .Concat(command.EndsWith("--demo", StringComparison.Ordinal) ? [] : ["--config.file", Write(sendGrid)]);

        var (code, output, error) = await ExporterProcess.RunAsync(arguments, Environment(string.Join(' ', Variables), "", proxy));

        Assert.True(code == 0, output + error);
        Assert.Equal(0, proxy.Connections);
    }

    [Fact]
    public async Task Serve_the_demo_healthcheck_and_pushes_go_past_the_proxy_to_this_machine()
    {
        await using var proxy = new RecordingProxy(static _ => null);
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Sized(automations: 1, steps: 1, linksPerStep: 1));
        var environment = new Dictionary<string, string>(Environment(string.Join(' ', Variables), "", proxy), StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address.ToString(),
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
            ["OTEL_TRACES_EXPORTER"] = "otlp",
            ["OTEL_LOGS_EXPORTER"] = "otlp",
        };
        await using var serve = await ExporterProcess.StartAsync(
            _directory,
            ["--config.file", Write(sendGrid), "--storage.path="],
            environment
        );
        await using var demo = await ExporterProcess.StartAsync(_directory, ["--demo", "--storage.path="], environment);

        await Eventually.TrueAsync(async () =>
            (await serve.ScrapeAsync())["sendgrid_automation_up"].Count(static up => up.Value == 1) == Own.Length
        );
        await Eventually.TrueAsync(async () => (await demo.ScrapeAsync())["sendgrid_automation_link_clicks"].Any());
        await Eventually.TrueAsync(async () =>
            await ExporterProcess.RunAsync(["healthcheck", $"--web.listen-address={serve.Address.Authority}"], environment) is (0, _, _)
        );
        await Eventually.TrueAsync(() => receiver.Metrics.Any() && receiver.Spans.Any() && receiver.LogRecords.Any());
        Assert.Equal(0, proxy.Connections);
        Assert.Empty(serve.Complaints.Concat(demo.Complaints));
    }

    [Theory]
    [InlineData("HTTPS_PROXY")]
    [InlineData("all_proxy")]
    public async Task Through_a_proxy_to_another_machine_goes_TLS_and_the_proxys_password_is_shown_nowhere(string variable)
    {
        using var authority = new Certificates();
        await using var server = new TlsServer(authority.Sign("api.example", isLocal: false));
        await using var proxy = new RecordingProxy(
            head => head.Contains("\r\nProxy-Authorization: Basic", StringComparison.OrdinalIgnoreCase) ? server.Port : null,
            "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\""
        );
        var file = _directory.Write("proxied.yml", "accounts: [{api_key: SG.the-key, base_url: https://api.example}]\n");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["SSL_CERT_FILE"] = _directory.Write("authority.pem", authority.Authority),
        };

        // With the password of the proxy all is well, and without it or with a dead proxy it is the proxy that is named.
        environment[variable] = $"http://user:hunter2@{proxy.Authority}";
        var (code, output, error) = await ExporterProcess.RunAsync(["doctor", "--config.file", file], environment);
        Assert.True(code == 0, output + error);
        environment[variable] = $"http://{proxy.Authority}";
        var locked = await ExporterProcess.RunAsync(["doctor", "--config.file", file], environment);
        Assert.Contains($"407: the proxy {proxy.Authority} requires", locked.Output, StringComparison.Ordinal);
        environment[variable] = "http://user:hunter2@127.0.0.1:9";
        var dead = await ExporterProcess.RunAsync(["doctor", "--config.file", file], environment);
        Assert.Contains("the proxy 127.0.0.1:9 cannot be reached: connection refused", dead.Output, StringComparison.Ordinal);

        Assert.Contains("CONNECT api.example:443 ", proxy.Heard, StringComparison.Ordinal);
        Assert.DoesNotContain("the-key", proxy.Heard, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", output + error + locked + dead, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_push_that_a_proxy_refuses_does_not_show_the_proxys_password()
    {
        await using var proxy = new RecordingProxy(static _ => null, "407 Proxy Authentication Required");
        var environment = new Dictionary<string, string>(Environment("HTTPS_PROXY", "", proxy), StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "https://receiver.example",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
        };
        await using var exporter = await ExporterProcess.StartAsync(_directory, ["--demo", "--storage.path="], environment);

        var complaint = await Eventually.GetAsync(
            () => Task.FromResult(exporter.Complaints.FirstOrDefault()),
            static line => line is not null
        );

        Assert.Contains(proxy.Authority, complaint, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", exporter.Output + exporter.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_trouble_with_a_certificate_has_words_of_its_own()
    {
        using var known = new Certificates();
        using var unknown = new Certificates("Somebody");
        (string Name, (string, string) Certificate, string Says)[] table =
        [
            ("expired", known.Sign("a", from: -90, to: -30), "it expired on "),
            ("early", known.Sign("b", from: 10, to: 20), "it is not valid before "),
            ("elsewhere", known.Sign("c.example", isLocal: false), "it is for other host names"),
            ("stranger", unknown.Sign("d"), "no authority that this machine trusts has signed it (it names \\u0022Somebody\\u0022)"),
        ];
        var servers = table.Select(static row => new TlsServer(row.Certificate)).ToList();
        await using var good = new TlsServer(known.Sign("e"));
        var accounts = table
            .Zip(servers, static (row, server) => (row.Name, server.Port))
            .Append((Name: "good", good.Port))
            .Select(static account =>
                $"""
                      - name: {account.Name}
                        api_key: SG.x
                        base_url: https://127.0.0.1:{account.Port}
                    """
            );
        var file = _directory.Write("tls.yml", $"accounts:\n{string.Join('\n', accounts)}\n");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["SSL_CERT_FILE"] = _directory.Write("authority.pem", known.Authority),
        };
        await using var exporter = await ExporterProcess.StartAsync(_directory, ["--config.file", file, "--storage.path="], environment);

        await Eventually.TrueAsync(async () =>
            (await exporter.ScrapeAsync())["sendgrid_discovery_last_success_timestamp_seconds"]
                .Any(static list => list["account"] == "good" && list.Value > 0)
        );
        var status = await Eventually.GetAsync(
            () => exporter.Http.GetStringAsync("api/v1/status", TestContext.Current.CancellationToken),
            status => table.All(row => status.Contains(row.Says, StringComparison.Ordinal))
        );
        using var document = JsonDocument.Parse(status);
        var told = document
            .RootElement.GetProperty("accounts")
            .EnumerateArray()
            .ToDictionary(
                static account => account.GetProperty("account").GetString()!,
                static account => account.GetRawText(),
                StringComparer.Ordinal
            );
        Assert.All(table, row => Assert.Equal([row.Says], table.Select(static other => other.Says).Where(told[row.Name].Contains)));
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_file_of_authorities_that_is_missing_is_what_is_told()
    {
        using var authority = new Certificates();
        await using var server = new TlsServer(authority.Sign("localhost"));
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["SSL_CERT_FILE"] = Path.Combine(_directory.Path, "nowhere.pem"),
            ["SENDGRID_API_KEY"] = "SG.x",
            ["SENDGRID_BASE_URL"] = $"https://localhost:{server.Port}",
        };

        var (code, output, _) = await ExporterProcess.RunAsync(["doctor"], environment);

        Assert.Equal(3, code);
        Assert.Contains("the file in SSL_CERT_FILE does not exist", output, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Environment(string variables, string exceptions, RecordingProxy proxy)
    {
        var environment = variables
            .Split(' ')
            .ToDictionary(static name => name, _ => $"http://user:hunter2@{proxy.Authority}", StringComparer.Ordinal);
        environment["NO_PROXY"] = exceptions;
        return environment;
    }

    /// <summary>An account for each spelling.</summary>
    private string Write(SimulatedSendGrid sendGrid) =>
        _directory.Write(
            "own.yml",
            "accounts:\n"
                + string.Join(
                    '\n',
                    Own.Select(
                        (host, number) =>
                            $"""
                                  - name: a{number}
                                    api_key_file: {_directory.Write("key", sendGrid.World.Accounts[0].ApiKey)}
                                    base_url: http://{host}:{sendGrid.BaseUrl.Port}
                                """
                    )
                )
                + "\n"
        );
}
