using Exporter.Cli;
using Exporter.Hosting;
using Exporter.Tests.SendGrid;

namespace Exporter.Tests.Cli;

public sealed class BackfillCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("backfill-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>The run before may have had better answers.</summary>
    [Fact]
    public async Task A_run_that_can_use_nothing_leaves_the_file_of_an_earlier_one_as_it_is()
    {
        // Numbers without days.
        var row = """{"id":"A","aggregation":"total","step_id":"s","stats":{"clicks":5,"delivered":9}}""";
        var answer = "{\"results\":[" + row.Replace("A", Clients.Automation, StringComparison.Ordinal) + "]}";
        await using var server = new WireServer(_ => WireServer.Ok(answer));
        var (configuration, file) = (Path.Combine(_directory, "c.yml"), Path.Combine(_directory, "past.om"));
        await File.WriteAllTextAsync(
            configuration,
            $"""
            accounts:
              - api_key: SG.a.b
                base_url: {server.BaseUrl}
                automations:
                  list:
                    - id: {Clients.Automation}

            """,
            TestContext.Current.CancellationToken
        );
        await File.WriteAllTextAsync(file, "good\n", TestContext.Current.CancellationToken);
        using var error = new StringWriter();

        var code = await CommandLine.RunAsync(
            ["backfill", $"--config.file={configuration}", $"--output={file}", "--from=2026-01-01"],
            new Surroundings
            {
                Environment = static _ => null,
                Output = TextWriter.Null,
                Error = error,
                Connect = Clients.Network.ConnectAsync,
            }
        );

        Assert.Equal(3, code);
        Assert.True(error.ToString().Contains("left out: ", StringComparison.Ordinal), error.ToString());
        Assert.Contains($"{file} is not written", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("good\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }
}
