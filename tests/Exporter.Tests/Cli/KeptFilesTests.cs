using System.Diagnostics;
using Exporter.Cli;
using Exporter.Hosting;
using Exporter.Tests.Web;

namespace Exporter.Tests.Cli;

/// <summary><c>--output</c> never replaces a file that the configuration names, nor the saved state.</summary>
public sealed class KeptFilesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kept-").FullName;
    private readonly Certificates _certificates = new();

    public KeptFilesTests()
    {
        var (certificate, key) = _certificates.Sign("server");
        Write(
            "c.yml",
            "accounts: [{api_key_file: key, base_url: 'http://127.0.0.1:9'}]\notlp: {endpoint: 'http://127.0.0.1:9', headers_file: headers}\n"
        );
        Write("key", "SG.a.b\n");
        Write("headers", "a=b\n");
        Write("web.yml", "tls_server_config: {cert_file: web.crt, key_file: web.key, client_ca_file: ca.crt}\n");
        Write("web.crt", certificate);
        Write("web.key", key);
        Write("ca.crt", _certificates.Authority);
        Write("roots.pem", _certificates.Authority);
        Directory.CreateDirectory(In("data"));
        Write("data/history.db", "x");
        Write("data/history.db-wal", "x");
        Write("data/history.db.bad-1", "x");
        Write("data/lock", "");
        Write("data/reserve", "x");
        Directory.CreateDirectory(In("sub"));
        Directory.CreateSymbolicLink(In("dirlink"), _directory);
    }

    public void Dispose()
    {
        _certificates.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static readonly string[] Kept =
    [
        "c.yml",
        "key",
        "headers",
        "web.yml",
        "web.crt",
        "web.key",
        "ca.crt",
        "roots.pem",
        "data/history.db",
        "data/history.db-wal",
        "data/history.db-shm",
        "data/history.db.bad-1",
        "data/lock",
        "data/reserve",
    ];

    private static readonly Func<KeptFilesTests, string, string>[] Spellings =
    [
        static (test, file) => test.In(file),
        static (test, file) => test.In($"sub/../{file}"),
        static (test, file) => $"/{test.In($"/.//{file}")}",
        static (test, file) => Path.GetRelativePath(Environment.CurrentDirectory, test.In(file)),
        static (test, file) => test.In($"dirlink/dirlink/{file}"),
        static (test, file) => test.Link("link", test.In(file)),
        static (test, file) => test.Link("sub/relative", $"../{file}"),
        static (test, file) => test.Link("second", test.Link("first", test.In(file))),
        static (test, file) => test.Link("through", test.In($"dirlink/{file}")),
        static (test, file) => test.HardLink(file),
    ];

    public static TheoryData<string, int> All =>
        [.. Kept.SelectMany(_ => Spellings.Index(), static (file, spelling) => (file, spelling.Index))];

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_file_that_is_needed_stays_as_it_is_however_the_output_is_spelled(string file, int spelling)
    {
        var output = Spellings[spelling](this, file);

        await RefusesAsync(output, In("c.yml"));
    }

    /// <summary>The database may be a link; SQLite's other files are then beside its target.</summary>
    [Theory]
    [InlineData("big/real.db")]
    [InlineData("big/real.db-wal")]
    [InlineData("big/real.db-journal")]
    [InlineData("data/history.db")]
    public async Task The_file_behind_a_linked_store_stays_too(string file)
    {
        Directory.CreateDirectory(In("big"));
        foreach (var name in (string[])["big/real.db", "big/real.db-wal", "big/real.db-journal"])
        {
            Write(name, "x");
        }

        File.Delete(In("data/history.db"));
        File.CreateSymbolicLink(In("data/history.db"), In("big/real.db"));

        await RefusesAsync(In(file), In("c.yml"));
        Assert.Equal("x", await File.ReadAllTextAsync(In("big/real.db"), TestContext.Current.CancellationToken));
    }

    /// <summary>An output makes files beside it.</summary>
    [Theory]
    [InlineData(".new")]
    [InlineData(".part")]
    public async Task A_file_that_is_needed_is_not_written_on_the_way_either(string ending)
    {
        File.Copy(In("c.yml"), In($"past.om{ending}"));

        await RefusesAsync(In("past.om"), In($"past.om{ending}"));
    }

    [Theory]
    [InlineData("past.om")]
    [InlineData("data/past.om")]
    [InlineData("lock")]
    [InlineData("sub/c.yml")]
    public async Task Any_other_file_may_be_replaced(string file)
    {
        Write(file, "old");

        var (code, error) = await RunAsync(In(file), In("c.yml"));

        Assert.Equal(3, code);
        Assert.DoesNotContain("would be lost", error, StringComparison.Ordinal);
    }

    private async Task RefusesAsync(string output, string configuration)
    {
        var before = Contents();

        var (code, error) = await RunAsync(output, configuration);

        Assert.True(error.Contains($"--output={output}: it is ", StringComparison.Ordinal), error);
        Assert.EndsWith("; it would be lost\n", error, StringComparison.Ordinal);
        Assert.Equal(2, code);
        Assert.Equal(before, Contents());
    }

    private async Task<(int Code, string Error)> RunAsync(string output, string configuration)
    {
        using var error = new StringWriter { NewLine = "\n" };
        var code = await CommandLine.RunAsync(
            [
                "backfill",
                "--source=store",
                $"--config.file={configuration}",
                $"--storage.path={In("data")}",
                $"--output={output}",
                "--from=2026-01-01",
            ],
            new Surroundings
            {
                Environment = name =>
                    name switch
                    {
                        "SENDGRID_EXPORTER_WEB_CONFIG_FILE" => In("web.yml"),
                        "SSL_CERT_FILE" => In("roots.pem"),
                        _ => null,
                    },
                Output = TextWriter.Null,
                Error = error,
            }
        );
        return (code, error.ToString());
    }

    private string Contents() =>
        string.Join(
            '\n',
            Directory
                .GetFiles(_directory)
                .Concat(Directory.GetFiles(In("data")))
                .Concat(Directory.GetFiles(In("sub")))
                .Order(StringComparer.Ordinal)
                .Select(static file => $"{file}: {new FileInfo(file).LinkTarget ?? File.ReadAllText(file)}")
        );

    private string In(string file) => Path.Combine(_directory, file.TrimStart('/'));

    private string Link(string name, string target)
    {
        File.CreateSymbolicLink(In(name), target);
        return In(name);
    }

    /// <summary>Another name of a file of the store may be replaced: the store keeps its own.</summary>
    private string HardLink(string file)
    {
        if (file.StartsWith("data/", StringComparison.Ordinal))
        {
            return In(file);
        }

        using var made = Process.Start("ln", [In(file), In("sub/hard")]);
        made.WaitForExit();
        return In("sub/hard");
    }

    private void Write(string name, string text) => File.WriteAllText(In(name), text);
}
