using System.Net.Sockets;
using Exporter.Cli;
using Exporter.Configuration;
using Exporter.Hosting;
using Exporter.Web;
using Exporter.Web.Connections;

namespace Exporter.Tests.Web;

#pragma warning disable CA1416 // The tests run on Linux.
#pragma warning disable CA1849 // A connect that does not wait is what is tried.

/// <summary>The program at a Unix socket, and the file of it.</summary>
public sealed class UnixSocketFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("se-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string SocketFile => Path.Combine(_directory, "web.sock");

    [Fact]
    public async Task It_is_scraped_and_checked_through_the_socket_which_goes_with_it()
    {
        await using (await StartAsync(SocketFile))
        {
            Assert.StartsWith("# ", await GetAsync(SocketFile, "http://localhost/metrics"), StringComparison.Ordinal);
            Assert.Equal(UnixSocketFile.Mode, File.GetUnixFileMode(SocketFile));
            Assert.Equal((0, "healthy\n", ""), await HealthcheckAsync($"--web.listen-address=unix:{SocketFile}"));
        }

        Assert.False(File.Exists(SocketFile));
        Assert.Equal((1, "", $"unix:{SocketFile} does not answer\n"), await HealthcheckAsync($"--web.listen-address=unix:{SocketFile}"));
    }

    [Fact]
    public async Task Tls_and_a_prefix_hold_at_a_socket_too()
    {
        using var certificates = new Certificates();
        var (certificate, key) = certificates.Sign("server");
        await File.WriteAllTextAsync(Path.Combine(_directory, "server.crt"), certificate, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_directory, "server.key"), key, TestContext.Current.CancellationToken);
        var access = WebAccessReader.Read(
            Path.Combine(_directory, "web.yml"),
            "tls_server_config: {cert_file: server.crt, key_file: server.key}",
            static _ => null
        );
        Assert.Null(RoutePrefix.Read("/a", out var prefix));
        await using var served = await Served.StartAsync(
            access: access,
            host: host => At(SocketFile)(host) with { Place = PublicAddresses.Create(prefix, url: null) }
        );

        Assert.StartsWith("# ", await GetAsync(SocketFile, "https://localhost/a/metrics"), StringComparison.Ordinal);
        Assert.Equal((0, "healthy\n", ""), await HealthcheckAsync($"--web.listen-address=unix:{SocketFile}", "--web.route-prefix=/a"));
        Assert.Equal(
            (0, "healthy\n", ""),
            await HealthcheckAsync($"--web.listen-address=unix:{SocketFile}", "--web.external-url=https://x.example/a")
        );
        Assert.Equal((1, "", $"unix:{SocketFile} answers 404\n"), await HealthcheckAsync($"--web.listen-address=unix:{SocketFile}"));
    }

    [Fact]
    public async Task What_a_dead_process_left_behind_is_replaced()
    {
        // .NET would remove the file with the socket; the system does not when a process is killed.
        using (Bound(SocketFile, listens: true))
        {
            File.Move(SocketFile, SocketFile + ".kept");
        }

        File.Move(SocketFile + ".kept", SocketFile);
        Assert.True(File.Exists(SocketFile));
        await using var served = await StartAsync(SocketFile);
        Assert.StartsWith("# ", await GetAsync(SocketFile, "http://localhost/metrics"), StringComparison.Ordinal);
    }

    /// <summary>Somebody tidied up, and the next one was started before the first one ended.</summary>
    [Fact]
    public async Task A_program_that_stops_leaves_the_socket_of_the_one_that_took_its_place()
    {
        var first = await StartAsync(SocketFile);
        File.Delete(SocketFile);
        await using var second = await StartAsync(SocketFile);

        await first.DisposeAsync();

        Assert.StartsWith("# ", await GetAsync(SocketFile, "http://localhost/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_that_somebody_listens_on_is_an_error_and_stays()
    {
        using var other = Bound(SocketFile, listens: true);

        var refused = await Assert.ThrowsAsync<IOException>(() => StartAsync(SocketFile));

        Assert.Equal($"unix:{SocketFile}: another process listens there already", refused.Message);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(SocketFile), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_socket_whose_owner_is_too_busy_to_accept_is_not_taken_for_a_dead_one()
    {
        using var other = Bound(SocketFile, listens: true);
        var waiting = new List<Socket>();
        try
        {
            for (var isFull = false; !isFull; )
            {
                var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
                waiting.Add(client);
                try
                {
                    client.Connect(new UnixDomainSocketEndPoint(SocketFile));
                }
                catch (SocketException)
                {
                    isFull = true;
                }
            }

            Assert.Contains(
                "another process listens",
                (await Assert.ThrowsAsync<IOException>(() => StartAsync(SocketFile))).Message,
                StringComparison.Ordinal
            );
        }
        finally
        {
            waiting.ForEach(static client => client.Dispose());
        }
    }

    [Theory]
    [InlineData("file")]
    [InlineData("directory")]
    [InlineData("link to a file")]
    [InlineData("link to a socket")]
    [InlineData("link to nothing")]
    public async Task What_is_no_socket_is_never_removed(string what)
    {
        var target = Path.Combine(_directory, "target");
        switch (what)
        {
            case "file":
                await File.WriteAllTextAsync(SocketFile, "kept", TestContext.Current.CancellationToken);
                break;
            case "directory":
                Directory.CreateDirectory(SocketFile);
                break;
            case "link to a file":
                await File.WriteAllTextAsync(target, "kept", TestContext.Current.CancellationToken);
                File.CreateSymbolicLink(SocketFile, target);
                break;
            default:
                File.CreateSymbolicLink(SocketFile, target);
                break;
        }

        using var socket = what == "link to a socket" ? Bound(target, listens: false) : null;

        var refused = await Assert.ThrowsAsync<IOException>(() => StartAsync(SocketFile));

        Assert.StartsWith($"unix:{SocketFile}: there is ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("it is left alone", refused.Message, StringComparison.Ordinal);
        Assert.True(
            Directory.Exists(SocketFile)
                || new FileInfo(SocketFile).LinkTarget is not null
                || await File.ReadAllTextAsync(SocketFile, TestContext.Current.CancellationToken) == "kept"
        );
    }

    [Fact]
    public async Task A_directory_that_is_missing_is_named()
    {
        var refused = await Assert.ThrowsAsync<IOException>(() => StartAsync(Path.Combine(_directory, "none", "web.sock")));

        Assert.Contains($"there is no directory {_directory}/none", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_healthcheck_may_be_told_the_url_of_the_pages_or_of_the_page_itself()
    {
        Assert.Null(RoutePrefix.Read("/a", out var prefix));
        await using var served = await Served.StartAsync(host: host => host with { Place = PublicAddresses.Create(prefix, url: null) });

        Assert.Equal((0, "healthy\n", ""), await HealthcheckAsync($"--url={served.Address}a"));
        Assert.Equal((0, "healthy\n", ""), await HealthcheckAsync($"--url={served.Address}a/"));
        Assert.Equal((0, "healthy\n", ""), await HealthcheckAsync($"--url={served.Address}a/-/healthy"));
        Assert.Equal(
            (0, "healthy\n", ""),
            await HealthcheckAsync($"--web.listen-address=localhost:{served.Address.Port}", "--web.route-prefix=a")
        );
        Assert.Equal((1, "", $"{served.Address}b answers 404\n"), await HealthcheckAsync($"--url={served.Address}b"));
        Assert.Equal(2, (await HealthcheckAsync("--url=nonsense")).ExitCode);
    }

    private static Func<ServeOptions, ServeOptions> At(string file) =>
        host => host with { ListenAddresses = [new ListenAddress(Ip: null, Port: 0) { SocketPath = file }] };

    private static Task<Served> StartAsync(string file) => Served.StartAsync(host: At(file));

    private static Socket Bound(string file, bool listens)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(file));
        if (listens)
        {
            socket.Listen(1);
        }

        return socket;
    }

    private static async Task<string> GetAsync(string file, string url)
    {
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(file), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
#pragma warning disable CA5359 // The certificates of tests are signed by nobody that anybody knows.
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        using var client = new HttpClient(handler);
        return await client.GetStringAsync(new Uri(url), TestContext.Current.CancellationToken);
    }

    private static async Task<(int ExitCode, string Output, string Error)> HealthcheckAsync(params string[] flags)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(
            ["healthcheck", .. flags],
            new Surroundings
            {
                Environment = static _ => null,
                Output = output,
                Error = error,
            }
        );
        return (code, output.ToString(), error.ToString());
    }
}
