using CsCheck;
using Exporter.Polling;

namespace Exporter.Tests.Polling;

/// <summary>How accounts are divided among several processes.</summary>
public sealed class ShardTests
{
    private static readonly Gen<(string Account, int Total)> AnyAccount = Gen.Select(Gen.String, Gen.Int[1, 40]);

    [Fact]
    public void Every_account_is_on_exactly_one_shard() =>
        AnyAccount.Sample(any => Assert.Single(Enumerable.Range(0, any.Total), index => new Shard(index, any.Total).Owns(any.Account)));

    [Fact]
    public void One_more_shard_takes_accounts_for_itself_and_moves_none_between_the_others() =>
        AnyAccount.Sample(any =>
            Assert.Contains(Shard.ShardOf(any.Account, any.Total + 1), (int[])[Shard.ShardOf(any.Account, any.Total), any.Total])
        );

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(19)]
    public void One_more_shard_takes_about_its_share(int before)
    {
        var moved = Accounts.Count(account => Shard.ShardOf(account, before) != Shard.ShardOf(account, before + 1));

        Assert.InRange(moved, 0.8 * Accounts.Count / (before + 1), 1.2 * Accounts.Count / (before + 1));
    }

    [Fact]
    public void The_shards_have_about_the_same_number_of_accounts() =>
        Assert.All(Accounts.CountBy(static account => Shard.ShardOf(account, 8)), shard => Assert.InRange(shard.Value, 400, 600));

    /// <summary>Processes of two versions run side by side during an update: they must agree for good.</summary>
    [Theory]
    [InlineData("shop", 2, 0)]
    [InlineData("shop", 7, 0)]
    [InlineData("größe", 7, 6)]
    [InlineData("", 7, 6)]
    public void An_account_stays_where_it_is_over_versions_of_the_program(string account, int total, int shard)
    {
        Assert.Equal(shard, Shard.ShardOf(account, total));
        Assert.True(new Shard(shard, total).Owns(account));
    }

    [Fact]
    public void The_only_process_has_every_account() => Gen.String.Sample(account => Assert.True(Shard.Only.Owns(account)));

    [Fact]
    public void An_account_without_a_name_is_on_one_shard_like_any_other() =>
        Assert.Equal([6], Enumerable.Range(0, 7).Where(index => new Shard(index, 7).Owns(account: null)));

    private static IReadOnlyList<string> Accounts { get; } = [.. Enumerable.Range(0, 4000).Select(static number => $"account-{number}")];
}
