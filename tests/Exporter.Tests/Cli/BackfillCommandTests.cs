using Exporter.Cli;
using Exporter.History;
using Exporter.Hosting;
using Exporter.Snapshots;
using Exporter.Tests.SendGrid;

namespace Exporter.Tests.Cli;

public sealed class BackfillCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("backfill-").FullName;

    private string Data => Path.Combine(_directory, "data");

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

    [Fact]
    public async Task An_account_that_lists_nothing_is_named_and_the_file_of_an_earlier_run_stays()
    {
        await using var server = new WireServer(static _ => WireServer.Ok("""{"results":[]}"""));

        var (code, error, content) = await OverAsync("--source=sendgrid", $"  - {{api_key: SG.a.b, base_url: '{server.BaseUrl}'}}");

        Assert.Equal((3, "good\n"), (code, content));
        Assert.Contains("missing: the account: SendGrid has nothing of it in these days\n", error, StringComparison.Ordinal);
    }

    /// <summary>As after an account got a name, or the configuration an automation more.</summary>
    [Fact]
    public async Task Whatever_the_saved_state_does_not_have_is_named_and_the_file_of_an_earlier_run_stays()
    {
        Save("");

        var (code, error, content) = await OverAsync("--source=store", Stored("other"), Stored("another"));

        Assert.Equal((3, "good\n"), (code, content));
        Assert.Contains("missing: account other: the saved state has nothing of it", error, StringComparison.Ordinal);
        Assert.Contains("missing: account another: the saved state has nothing of it", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "list: [{id: B, name: second}]", "missing: account main: second: the saved state has nothing of it")]
    [InlineData("--automations=second", "list: [{id: A}, {id: B, name: second}]", "missing: account main: second: the saved state")]
    public async Task An_automation_that_is_wanted_and_not_there_is_named(string flag, string automations, string expected)
    {
        Save("main");
        var account = Stored("main") + $"\n    automations: {{{automations}}}";

        var (code, error, content) = await OverAsync($"--source=store {flag}".TrimEnd(), account);

        Assert.Equal(3, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Equal(flag.Length > 0, content == "good\n");
    }

    [Fact]
    public async Task What_is_there_is_written_although_an_account_is_not()
    {
        Save("main");

        var (code, error, content) = await OverAsync("--source=store", Stored("main"), Stored("other"));

        Assert.Equal((3, true), (code, content.EndsWith("# EOF\n", StringComparison.Ordinal)));
        Assert.Contains("account=\"main\",automation=\"A\"", content, StringComparison.Ordinal);
        Assert.DoesNotContain("account main", error, StringComparison.Ordinal);
        Assert.Equal(0, (await OverAsync("--source=store", Stored("main"))).ExitCode);
    }

    private static string Stored(string name) => $"  - name: {name}\n    api_key: SG.a.b";

    /// <summary>Saves one automation of an account with one link.</summary>
    private void Save(string account)
    {
        using var directory = StoreDirectory.TryAcquire(Data, out _)!;
        directory.Prepare();
        using var database = HistoryDatabase.Open(directory.DatabaseFile);
        var campaign = Some.Automation("A") with
        {
            Health = PollHealth.Untried.Succeeded(Some.Noon, TimeSpan.Zero, pages: 1),
            Data = new CampaignData { Links = LinkTable.Empty.ApplyWalk([Some.Link()], new LinksOptions(), Some.Noon) },
        };
        var snapshot = new AccountSnapshot
        {
            Identity = new AccountIdentity("https://api.sendgrid.com", account, ""),
            Campaigns = [campaign],
        };
        database.Save(new Snapshot { Accounts = [snapshot] }, new HistoryClock(Some.Noon, TimeSpan.Zero, Some.Noon, Timestamp: 0));
    }

    /// <summary>Runs the command over the file of an earlier run.</summary>
    private async Task<(int ExitCode, string Error, string Content)> OverAsync(string flags, params string[] accounts)
    {
        var (configuration, file) = (Path.Combine(_directory, "c.yml"), Path.Combine(_directory, "past.om"));
        await File.WriteAllTextAsync(configuration, $"accounts:\n{string.Join('\n', accounts)}\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file, "good\n", TestContext.Current.CancellationToken);
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(
            [
                "backfill",
                .. flags.Split(' '),
                $"--config.file={configuration}",
                $"--output={file}",
                $"--storage.path={Data}",
                "--from=2026-01-01",
            ],
            new Surroundings
            {
                Environment = static _ => null,
                Output = TextWriter.Null,
                Error = error,
                Connect = Clients.Network.ConnectAsync,
            }
        );
        return (code, error.ToString(), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }
}
