using System.CommandLine;
using Exporter.Cli;
using Exporter.Hosting;

namespace Exporter.Tests.Cli;

/// <summary>Every look at a flag, and at its variable, reads the same number.</summary>
public sealed class NumberFlagsTests
{
    /// <summary>How a whole number may be written, and how it may not.</summary>
    private static readonly string[] Spellings =
    [
        "{0}",
        "{0}.0",
        "{0}.",
        "0{0}",
        "+{0}",
        " {0}",
        "{0} ",
        "{0}e0",
        "{0}0e-1",
        "{0}.5",
        "0x{0}",
        "{0},0",
    ];

    [Fact]
    public void A_shard_that_does_not_exist_is_refused_however_the_numbers_are_written()
    {
        Assert.All(
            from index in Spellings
            from total in Spellings
            select ((string[])[$"--shard={Write(index, 5)}", $"--total-shards={Write(total, 2)}"]),
            static flags => Assert.NotEmpty(Parse(flags).Errors)
        );
        Assert.All(Spellings, static index => Assert.NotEmpty(Parse([$"--shard={Write(index, 1)}"]).Errors));
    }

    [Fact]
    public void A_shard_that_exists_is_the_one_that_was_named_or_refused()
    {
        foreach (var flags in Spellings.SelectMany(static text => new[] { Flags(text, "{0}"), Flags("{0}", text), Flags(text, text) }))
        {
            var (known, parsed) = ParseShard(flags);
            Assert.True(parsed.Errors.Count > 0 || known == (1, 3), string.Join(' ', flags));
        }

        static string[] Flags(string index, string total) => [$"--shard={Write(index, 1)}", $"--total-shards={Write(total, 3)}"];
    }

    [Fact]
    public async Task The_variables_are_read_alike()
    {
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(
            ["serve"],
            new Surroundings
            {
                Environment = static name =>
                    name switch
                    {
                        "SENDGRID_EXPORTER_SHARD" => "5",
                        "SENDGRID_EXPORTER_TOTAL_SHARDS" => "2.0",
                        _ => null,
                    },
                Output = TextWriter.Null,
                Error = error,
            }
        );

        Assert.Equal(2, code);
        Assert.Contains("--shard: expected 0 to 1, because --total-shards is 2, found 5", error.ToString(), StringComparison.Ordinal);
    }

    private static string Write(string spelling, int number) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, spelling, number);

    private static ParseResult Parse(string[] flags) => ParseShard(flags).Parsed;

    private static ((int, int)? Known, ParseResult Parsed) ParseShard(string[] flags)
    {
        var all = new Flags();
        var command = new Command("serve") { all.ShardIndex, all.TotalShards };
        var parsed = command.Parse(flags, CommandLine.Parsing);
        return (parsed.Errors.Count > 0 ? null : (all.ShardOf(parsed).Index, all.ShardOf(parsed).Total), parsed);
    }
}
