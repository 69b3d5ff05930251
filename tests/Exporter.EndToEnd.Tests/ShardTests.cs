using System.Net;
using Exporter.EndToEnd.Fixtures;
using Simulator;

namespace Exporter.EndToEnd;

/// <summary>Several processes with one configuration divide its accounts among them.</summary>
public sealed class ShardTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Together_the_shards_have_every_account_once_and_one_more_shard_only_takes()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(
            WorldOptions.Sized(accounts: 8, automations: 2, steps: 1, linksPerStep: 3)
        );
        var arguments = Configured.ByFile(_directory, sendGrid);
        var names = sendGrid.World.Accounts.Select(static account => account.Name).ToHashSet(StringComparer.Ordinal);

        var two = await ShardsOfAccountsAsync(arguments, total: 2, names);
        var three = await ShardsOfAccountsAsync(arguments, total: 3, names);

        Assert.All(names, name => Assert.Contains(three[name], (int[])[two[name], 2]));
        Assert.Contains(2, three.Values);
    }

    [Fact]
    public async Task A_shard_without_accounts_serves_and_is_ready_and_says_which_it_is()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(
            WorldOptions.Sized(accounts: 1, automations: 1, steps: 1, linksPerStep: 1)
        );
        var arguments = Configured.ByFile(_directory, sendGrid);
        var pages = new List<PrometheusText>();
        for (var shard = 0; shard < 2; shard++)
        {
            // The twin in the environment is how a pod is told its ordinal.
            var environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["SENDGRID_EXPORTER_SHARD"] = $"{shard}",
                ["SENDGRID_EXPORTER_TOTAL_SHARDS"] = "2",
            };
            await using var exporter = await ExporterProcess.StartAsync(
                _directory,
                [.. arguments, $"--storage.path={_directory.Path}/{shard}"],
                environment
            );
            await Eventually.TrueAsync(async () => await exporter.StatusAsync("-/ready") is HttpStatusCode.OK);
            var page = await exporter.ScrapeAsync();

            Assert.Equal(HttpStatusCode.OK, await exporter.StatusAsync("-/healthy"));
            Assert.Equal(1, Assert.Single(page["sendgrid_exporter_shard_info"]).Value);
            Assert.Equal($"sendgrid_exporter_shard_info{{shard={shard},total_shards=2}}", page["sendgrid_exporter_shard_info"].Single().Id);
            Assert.Equal(0, await exporter.StopAsync());
            pages.Add(page);
        }

        Assert.Single(pages, static page => page["sendgrid_automation_polls_total"].Any());
    }

    [Theory]
    [InlineData("--shard=2 --total-shards=2", "--shard: expected 0 to 1, because --total-shards is 2, found 2")]
    [InlineData("--shard=-1 --total-shards=2", "--shard: expected 0 to 1, because --total-shards is 2, found -1")]
    [InlineData("--shard=1", "--shard: expected 0 to 0, because --total-shards is 1, found 1")]
    [InlineData("--shard=1 --total-shards=many", "--total-shards: expected 1 to 1000, found many")]
    [InlineData("--total-shards=0", "--total-shards: expected 1 to 1000, found 0")]
    public async Task A_shard_that_there_is_not_is_refused(string arguments, string complaint)
    {
        var (exitCode, output, error) = await ExporterProcess.RunAsync(["--demo", .. arguments.Split(' ')]);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Equal(complaint, error.Split('\n')[0]);
    }

    /// <summary>Runs all shards side by side until each has tried all it has, and says where each account was polled.</summary>
    private async Task<Dictionary<string, int>> ShardsOfAccountsAsync(string[] arguments, int total, HashSet<string> names)
    {
        var shards = await Task.WhenAll(
            Enumerable
                .Range(0, total)
                .Select(shard =>
                    ExporterProcess.StartAsync(
                        _directory,
                        [.. arguments, $"--shard={shard}", $"--total-shards={total}", $"--storage.path={_directory.Path}/{total}-{shard}"]
                    )
                )
        );
        try
        {
            var where = new List<(string Account, int Shard)>();
            for (var shard = 0; shard < total; shard++)
            {
                var exporter = shards[shard];
                await Eventually.TrueAsync(async () => await exporter.StatusAsync("-/ready") is HttpStatusCode.OK);
                where.AddRange((await exporter.ScrapeAsync())["sendgrid_up"].Select(up => (up["account"], shard)));
            }

            Assert.Equal(names.Order(StringComparer.Ordinal), where.Select(static found => found.Account).Order(StringComparer.Ordinal));
            return where.ToDictionary(static found => found.Account, static found => found.Shard, StringComparer.Ordinal);
        }
        finally
        {
            foreach (var exporter in shards)
            {
                await exporter.DisposeAsync();
            }
        }
    }
}
