using CsCheck;
using Exporter.Cli;
using Exporter.Tests.SendGrid;
using Exporter.Tests.Telemetry;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.Cli;

/// <summary>Text of SendGrid, or of anybody else, reaches a terminal as text and never as an order or as a line of its own.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class HarmlessWriterTests
{
    private readonly VirtualMachine _machine = new() { Network = Clients.Network };

    [Fact]
    public void Whatever_is_written_as_a_line_is_one_harmless_line() =>
        Hostile.Texts.Sample(static text =>
        {
            using var terminal = new StringWriter { NewLine = "\n" };
            using var writer = new HarmlessWriter(terminal);
            writer.WriteLine(text);
            writer.WriteLine(text.AsSpan());
            writer.WriteLine("{0}", text);
            writer.WriteLineAsync(text).GetAwaiter().GetResult();

            var lines = terminal.ToString().Split('\n');
            Assert.All(lines, Hostile.AssertHarmless);
            Assert.Equal([lines[0], lines[0], lines[0], lines[0], ""], lines);
        });

    [Fact]
    public void Text_of_several_lines_keeps_nothing_but_their_breaks() =>
        Hostile.Texts.Sample(static text =>
        {
            using var terminal = new StringWriter { NewLine = "\n" };
            using var writer = new HarmlessWriter(terminal);
            writer.Write(text);
            writer.Write(text.ToCharArray());
            writer.WriteAsync(text).GetAwaiter().GetResult();

            Assert.All(terminal.ToString().Split('\n'), Hostile.AssertHarmless);
        });

    /// <summary>So <c>serve</c> writes: the lines wait for whoever reads them.</summary>
    [Fact]
    public void A_line_is_still_one_after_it_has_waited() =>
        Hostile.Texts.Sample(
            static text =>
            {
                using var terminal = new StringWriter { NewLine = "\n" };
                using (var waiting = new UnwaitingWriter(new HarmlessWriter(terminal)))
                {
                    new HarmlessWriter(waiting).WriteLine(text);
                }

                Hostile.AssertHarmless(terminal.ToString()[..^1]);
            },
            iter: 20
        );

    [Theory]
    [InlineData("doctor")]
    [InlineData("plan")]
    [InlineData("backfill")]
    public async Task What_SendGrid_says_cannot_forge_a_line_of_a_command(string command)
    {
        var (hostile, _) = await RunAsync(command, Hostile.Everything);
        var (plain, _) = await RunAsync(command, "plain");

        Assert.All(hostile.Split('\n'), Hostile.AssertHarmless);
        Assert.Equal(plain.Split('\n').Length, hostile.Split('\n').Length);
    }

    /// <summary>Runs a command where the API has this text wherever it has text.</summary>
    private async Task<(string Said, int ExitCode)> RunAsync(string command, string text)
    {
        var json = System.Text.Json.JsonSerializer.Serialize(text);
        await using var server = new WireServer(head =>
            head.Contains("/stats/automations?", StringComparison.Ordinal)
                ? WireServer.Ok($$"""{"results":[{"id":"{{Clients.Automation}}","name":{{json}}}]}""")
            : head.Contains("/v3/scopes", StringComparison.Ordinal) ? WireServer.Ok($$"""{"scopes":[{{json}}]}""")
            : WireServer.Answer("403 Forbidden", $$"""{"errors":[{"message":{{json}},"field":{{json}}}]}""")
        );
        var (code, output, error) = await _machine.RunAsync(
            command,
            $$"""
            poll: {timeout: 60s}
            accounts:
              - api_key: SG.x
                base_url: {{server.BaseUrl}}
                automations: {list: [{id: {{Clients.Automation}}}]}
            """
        );
        return (output + error, code);
    }
}
