using System.Globalization;
using Exporter.Cli;
using Exporter.History;
using Exporter.Hosting;
using Exporter.Snapshots;
using Exporter.Tests.SendGrid;

namespace Exporter.Tests.Cli;

/// <summary>
/// What a <c>backfill</c> lacks and another run may have keeps the file from being written; what no run will ever have does not.
/// </summary>
public sealed class BackfillGapsTests : IDisposable
{
    private const string Earlier = "good\n";

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly string _directory = Directory.CreateTempSubdirectory("backfill-gaps-").FullName;

    /// <summary>What an automation that <c>--automations</c> names may be.</summary>
    internal enum Kind
    {
        Full,
        Empty,
        Unknown,
        Failing,

        /// <summary>It began in the hours that are left out.</summary>
        Later,
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Of_SendGrid_only_a_failure_keeps_a_file_from_being_written()
    {
        await using var server = new WireServer(Answer);
        var account = $"{{api_key: SG.a.b, base_url: '{server.BaseUrl}', rate: {{requests_per_second: 1000}}}}";
        foreach (var kinds in Subsets(Kind.Full, Kind.Empty, Kind.Unknown, Kind.Failing))
        {
            await ExpectAsync(kinds, ["--source=sendgrid", Config(account), Since(Now.AddDays(-3)), "--every=1d", Naming(kinds)]);
        }
    }

    [Fact]
    public async Task Of_the_saved_state_whatever_is_there_is_written()
    {
        Save();
        var account = "{api_key: SG.a.b, automations: {list: [{id: Empty}]}}";
        foreach (var kinds in Subsets(Kind.Full, Kind.Empty, Kind.Unknown, Kind.Later))
        {
            await ExpectAsync(kinds, ["--source=store", Config(account), Since(Some.Noon.AddDays(-1)), Naming(kinds)]);
        }
    }

    /// <summary>Of days that are over no later run has more.</summary>
    [Fact]
    public async Task What_began_after_the_days_that_were_asked_for_is_missing_in_them()
    {
        Save();
        var days = $"--to={Some.Noon:yyyy-MM-dd}";
        string[] flags = ["--source=store", Config("{api_key: SG.a.b}"), Since(Some.Noon.AddDays(-1)), days, Naming([Kind.Later])];

        var (exitCode, error, _) = await RunAsync(flags);

        Assert.Equal(3, exitCode);
        Assert.Equal(1, Missing(error));
        Assert.DoesNotContain("later: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_the_simulated_world_whatever_is_there_is_written()
    {
        string[] world = ["--source=world", "--demo", "--every=1d"];
        foreach (var kinds in Subsets(Kind.Full, Kind.Unknown))
        {
            await ExpectAsync(kinds, [.. world, Since(Now), Naming(kinds).Replace("Full", "win-back", StringComparison.Ordinal)]);
        }

        // Before its beginning no automation has anything.
        foreach (var kinds in Subsets(Kind.Empty, Kind.Unknown))
        {
            await ExpectAsync(
                kinds,
                [.. world, "--from=2020-01-01", "--to=2020-01-02", Naming(kinds).Replace("Empty", "win-back", StringComparison.Ordinal)]
            );
        }
    }

    [Fact]
    public async Task Nobody_is_called_unknown_or_empty_where_the_list_could_not_be_fetched()
    {
        await using var server = new WireServer(static _ => WireServer.Answer("404 Not Found", "{}"));
        var account = $"{{api_key: SG.a.b, base_url: '{server.BaseUrl}', rate: {{requests_per_second: 1000}}}}";
        foreach (
            var naming in (string[][])
                [
                    [],
                    ["--automations=Unknown"],
                ]
        )
        {
            var (exitCode, error, _) = await RunAsync(["--source=sendgrid", Config(account), Since(Now.AddDays(-3)), .. naming]);

            Assert.Equal(3, exitCode);
            var missing = error.Split('\n').Where(static line => line.StartsWith("missing: ", StringComparison.Ordinal));
            Assert.StartsWith("missing: the list of automations: ", Assert.Single(missing), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_account_of_which_something_failed_is_not_called_empty()
    {
        await using var server = new WireServer(Answer);
        var account = $"{{api_key: SG.a.b, base_url: '{server.BaseUrl}', automations: {{discover: false, list: [{{id: Failing}}]}}}}";

        var (_, error, _) = await RunAsync(["--source=sendgrid", Config(account), Since(Now.AddDays(-3))]);

        Assert.Contains("missing: Failing: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("has nothing", error, StringComparison.Ordinal);
    }

    private static IEnumerable<Kind[]> Subsets(params Kind[] kinds) =>
        Enumerable.Range(1, (1 << kinds.Length) - 1).Select(bits => kinds.Where((_, i) => (bits & (1 << i)) != 0).ToArray());

    private static string Naming(Kind[] kinds) => $"--automations={string.Join(',', kinds)}";

    private static string Since(DateTimeOffset day) => string.Create(CultureInfo.InvariantCulture, $"--from={day:yyyy-MM-dd}");

    /// <summary>
    /// Answers what an automation whose id is a <see cref="Kind"/> has; the totals of a failing one are there, its days are not.
    /// </summary>
    private static byte[] Answer(string head)
    {
        var path = head.Split(' ')[1];
        if (path.Split('?')[0].EndsWith("/automations", StringComparison.Ordinal))
        {
            return WireServer.Ok($$"""{"results":[{{Row("Full", "total")}},{{Row("Empty", "total")}},{{Row("Failing", "total")}}]}""");
        }

        var isDays = path.Contains("aggregated_by=day", StringComparison.Ordinal);
        if (path.Contains("/Empty", StringComparison.Ordinal))
        {
            return WireServer.Ok("""{"results":[]}""");
        }

        var id = path.Contains("/Full", StringComparison.Ordinal) ? "Full" : "Failing";
        return isDays && id == "Failing"
            ? WireServer.Answer("404 Not Found", "{}")
            : WireServer.Ok($$"""{"results":[{{Row(id, isDays ? $"{Now.AddDays(-2):yyyy-MM-dd}" : "total")}}]}""");
    }

    private static string Row(string id, string aggregation)
    {
        var stats = string.Join(',', EmailStatistics.Names.Select(static name => $"\"{name}\":5"));
        return $$$"""{"id":"{{{id}}}","aggregation":"{{{aggregation}}}","step_id":"s","stats":{ {{{stats}}} }}""";
    }

    private string Config(string account)
    {
        var file = Path.Combine(_directory, "c.yml");
        File.WriteAllText(file, $"accounts: [{account}]\n");
        return $"--config.file={file}";
    }

    private async Task ExpectAsync(Kind[] kinds, string[] flags)
    {
        var file = Path.Combine(_directory, "past.om");
        await File.WriteAllTextAsync(file, Earlier, TestContext.Current.CancellationToken);
        var isWhole = kinds.Contains(Kind.Full) && kinds.All(static kind => kind is Kind.Full or Kind.Later);
        var isWritten = kinds.Contains(Kind.Full) && !kinds.Contains(Kind.Failing);
        var (isFull, what) = (kinds.Contains(Kind.Full), string.Join(' ', flags));

        var toFile = await RunAsync([.. flags, $"--output={file}"]);

        var content = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal((what, isWhole ? 0 : 3), (what, toFile.ExitCode));
        Assert.Equal((what, isWritten), (what, content.EndsWith("# EOF\n", StringComparison.Ordinal)));
        Assert.True(isWritten || content == Earlier, what);
        var keeps = (File.Exists(file + ".part"), toFile.Error.Contains("the same command continues", StringComparison.Ordinal));
        Assert.Equal((what, (kinds.Contains(Kind.Failing), kinds.Contains(Kind.Failing))), (what, keeps));
        Assert.Equal((what, kinds.Count(static kind => kind is not Kind.Full and not Kind.Later)), (what, Missing(toFile.Error)));
        Assert.Equal((what, kinds.Contains(Kind.Later)), (what, toFile.Error.Contains("\nlater: ", StringComparison.Ordinal)));
        File.Delete(file + ".part");

        var toOutput = await RunAsync(flags);

        Assert.Equal((what, toFile.ExitCode), (what, toOutput.ExitCode));
        Assert.Equal((what, Missing(toFile.Error)), (what, Missing(toOutput.Error)));
        Assert.EndsWith("# EOF\n", toOutput.Output, StringComparison.Ordinal);
        Assert.Equal((what, isFull), (what, toOutput.Output.Contains("automation=", StringComparison.Ordinal)));
    }

    private static int Missing(string error) =>
        error.Split('\n').Count(static line => line.StartsWith("missing: ", StringComparison.Ordinal));

    /// <summary>Saves two automations with one link each.</summary>
    private void Save()
    {
        using var directory = StoreDirectory.TryAcquire(Path.Combine(_directory, "data"), out _)!;
        directory.Prepare();
        using var database = HistoryDatabase.Open(directory.DatabaseFile);
        var snapshot = new AccountSnapshot
        {
            Identity = new AccountIdentity("https://api.sendgrid.com", "", ""),
            Campaigns = [Walked(Kind.Full, Some.Noon), Walked(Kind.Later, Now.AddMinutes(-1))],
        };
        database.Save(new Snapshot { Accounts = [snapshot] }, new HistoryClock(Now, TimeSpan.Zero, Now, Timestamp: 0));

        static CampaignSnapshot Walked(Kind kind, DateTimeOffset at) =>
            Some.Automation($"{kind}") with
            {
                Health = PollHealth.Untried.Succeeded(at, TimeSpan.Zero, pages: 1),
                Data = new CampaignData { Links = LinkTable.Empty.ApplyWalk([Some.Link()], new LinksOptions(), at) },
            };
    }

    private async Task<(int ExitCode, string Error, string Output)> RunAsync(string[] flags)
    {
        using var error = new StringWriter();
        using var output = new StringWriter();
        var isDemo = flags.Contains("--demo", StringComparer.Ordinal);
        var exitCode = await CommandLine.RunAsync(
            ["backfill", .. flags, $"--storage.path={Path.Combine(_directory, "data")}"],
            new Surroundings
            {
                Environment = static _ => null,
                Output = output,
                OutputHasReader = static () => true,
                Error = error,
                Connect = Clients.Network.ConnectAsync,
                Listeners = isDemo ? Clients.Network : null,
            }
        );
        return (exitCode, error.ToString(), output.ToString());
    }
}
