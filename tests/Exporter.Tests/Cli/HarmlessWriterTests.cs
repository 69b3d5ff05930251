using CsCheck;
using Exporter.Cli;
using Exporter.Telemetry;
using Exporter.Tests.Telemetry;

namespace Exporter.Tests.Cli;

/// <summary>Text of SendGrid, or of anybody else, reaches a terminal as text and never as an order or as a line of its own.</summary>
public sealed class HarmlessWriterTests
{
    [Fact]
    public void Whatever_is_written_as_a_line_is_one_harmless_line() =>
        Hostile.Texts.Sample(static text =>
        {
            using var terminal = new StringWriter { NewLine = "\n" };
            using var writer = new HarmlessWriter(terminal, new Harmless());
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
            using var writer = new HarmlessWriter(terminal, new Harmless());
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
                using (var waiting = new UnwaitingWriter(new HarmlessWriter(terminal, new Harmless())))
                {
                    new HarmlessWriter(waiting, new Harmless()).WriteLine(text);
                }

                Hostile.AssertHarmless(terminal.ToString()[..^1]);
            },
            iter: 20
        );
}
