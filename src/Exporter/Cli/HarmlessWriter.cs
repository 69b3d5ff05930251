using System.Text;
using Exporter.Telemetry;

namespace Exporter.Cli;

/// <summary>
/// Standard output or error for people. What is written as a line is one line, and no text, whoever wrote it, reaches a terminal with
/// characters that the terminal obeys. Secrets are hidden: a message that repeats the command line may hold one in the wrong place.
/// </summary>
internal sealed class HarmlessWriter(TextWriter inner, Harmless harmless) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    /// <summary>Whether it writes to this writer.</summary>
    public bool IsOver(TextWriter writer) => ReferenceEquals(inner, writer);

    public override void Write(char value) => Write(value.ToString());

    /// <summary>Writes text of several lines, such as a table: only here line breaks stay.</summary>
    public override void Write(string? value) => inner.Write(harmless.Lines(value ?? ""));

    public override void WriteLine() => inner.WriteLine();

    public override void WriteLine(string? value) => inner.WriteLine(Line(value));

    public override void WriteLine(char[] buffer, int index, int count) => WriteLine(new string(buffer, index, count));

    public override Task WriteAsync(string? value) => inner.WriteAsync(harmless.Lines(value ?? ""));

    public override Task WriteLineAsync() => inner.WriteLineAsync();

    public override Task WriteLineAsync(string? value) => inner.WriteLineAsync(Line(value));

    public override void Flush() => inner.Flush();

    public override Task FlushAsync() => inner.FlushAsync();

    /// <summary>Returns a text as a line of this writer has it.</summary>
    public string Line(string? text) => harmless.Line(text ?? "");
}
