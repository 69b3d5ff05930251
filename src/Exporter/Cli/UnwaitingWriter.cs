using System.Text;
using Exporter.Telemetry;

namespace Exporter.Cli;

/// <summary>
/// Standard output or error that never blocks the program, whatever its reader does: a thread of its own does the writing.
/// </summary>
internal sealed class UnwaitingWriter(TextWriter writer) : TextWriter
{
    /// <summary>The time that the last lines, such as the reason of a failed start, get to be written.</summary>
    private static readonly TimeSpan LastLinesWithin = TimeSpan.FromSeconds(1);

    private readonly LineQueue _queue = new(
        text =>
        {
            writer.Write(text);
            writer.Flush();
        },
        static () => { },
        static lines => $"{lines} lines were lost because no one read them.\n",
        LastLinesWithin,
        "standard stream"
    );

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value) => _queue.Add(value ?? "");

    public override void WriteLine(string? value) => Write(value + "\n");

    public override Task WriteAsync(string? value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _queue.Dispose();
        }

        base.Dispose(disposing);
    }
}
