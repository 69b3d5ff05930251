using System.Text;
using Exporter.Cli;
using Exporter.Hosting;
using Exporter.Polling;
using Exporter.Tests.Weather;

namespace Exporter.Tests.Cli;

/// <summary>
/// What a terminal shows is about this process: with <c>--total-shards=3</c> it said "3 accounts polled", though this one polled one.
/// </summary>
public sealed class TerminalTests : IDisposable
{
    private static readonly string[] Accounts = ["a0", "a1", "a2"];

    private readonly string _directory = Directory.CreateTempSubdirectory("sendgrid-exporter-").FullName;

    public static TheoryData<int, int> Shards =>
        [.. from total in Enumerable.Range(1, 4) from index in Enumerable.Range(0, total) select (index, total)];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [MemberData(nameof(Shards))]
    public async Task The_accounts_at_a_terminal_are_those_of_this_process(int index, int total)
    {
        var file = Path.Combine(_directory, "three.yml");
        var accounts = Accounts.Select(static name => $"  - {{name: {name}, api_key: SG.a.b, base_url: 'http://127.0.0.1:1'}}");
        await File.WriteAllLinesAsync(file, ["accounts:", .. accounts], TestContext.Current.CancellationToken);
        var mine = Accounts.Count(account => new Shard(index, total).Owns(account));

        var said = await ServeAsync($"--config.file={file}", $"--shard={index}", $"--total-shards={total}", "--storage.path=");

        var share = mine switch
        {
            0 => $"No account belongs to shard {index} of {total}, counted from 0, so this process polls nothing; ",
            _ when total == 1 => "3 accounts polled every 5m; ",
            1 => $"1 account polled every 5m by shard {index} of {total}, counted from 0; ",
            _ => $"{mine} accounts polled every 5m by shard {index} of {total}, counted from 0; ",
        };
        Assert.Contains($"\n{share}Ctrl+C ends it.\n", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task The_demo_promises_no_more_than_this_process_polls(int index)
    {
        var isMine = new Shard(index, 2).Owns(account: null);

        var said = await ServeAsync("--demo", $"--shard={index}", "--total-shards=2");

        foreach (var promise in (string[])["simulated automations", "six weeks of history", "a link breaks", "every automation is polled"])
        {
            Assert.Equal(isMine, said.Contains(promise, StringComparison.Ordinal));
        }

        Assert.Equal(!isMine, said.Contains($"No account belongs to shard {index} of 2", StringComparison.Ordinal));
    }

    /// <summary>Nothing is written where nothing is kept.</summary>
    [Fact]
    public async Task A_demo_that_keeps_nothing_writes_no_history() =>
        Assert.DoesNotContain("It is writing", await ServeAsync("--demo", "--storage.path="), StringComparison.Ordinal);

    /// <summary>Serves until the terminal has said how to end it.</summary>
    private static async Task<string> ServeAsync(params string[] flags)
    {
        var signals = new Signals();
        await using var terminal = new Terminal(signals);
        var world = new Surroundings
        {
            Environment = static _ => null,
            IsAtTerminal = true,
            Output = terminal,
            Error = TextWriter.Null,
            Signals = signals,
            Log = new LogLines(),
        };
        Assert.Equal(0, await CommandLine.RunAsync(["serve", "--web.listen-address=127.0.0.1:0", .. flags], world));
        return terminal.ToString();
    }

    /// <summary>A user who presses Ctrl+C as soon as the terminal has said enough.</summary>
    private sealed class Terminal(Signals signals) : TextWriter
    {
        private readonly StringBuilder _text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => Write(value.ToString());

        public override void Write(string? value)
        {
            lock (_text)
            {
                _text.Append(value);
            }

            if (ToString().Contains("Ctrl+C", StringComparison.Ordinal))
            {
                signals.Terminate();
            }
        }

        public override string ToString()
        {
            lock (_text)
            {
                return _text.ToString();
            }
        }
    }
}
