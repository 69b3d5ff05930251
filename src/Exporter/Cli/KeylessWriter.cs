using System.Text;
using Exporter.Telemetry;

namespace Exporter.Cli;

/// <summary>Standard error: what a message repeats of the command line may be a key in the wrong place, and is not shown.</summary>
internal sealed class KeylessWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    /// <summary>Whether this is what it writes to.</summary>
    public bool IsOver(TextWriter writer) => ReferenceEquals(inner, writer);

    public override void Write(char value) => inner.Write(value);

    public override void Write(string? value) => inner.Write(KeyShape.Hide(value ?? ""));

    public override void WriteLine(string? value) => inner.WriteLine(KeyShape.Hide(value ?? ""));

    public override Task WriteAsync(string? value) => inner.WriteAsync(KeyShape.Hide(value ?? ""));

    public override Task WriteLineAsync(string? value) => inner.WriteLineAsync(KeyShape.Hide(value ?? ""));

    public override void Flush() => inner.Flush();

    public override Task FlushAsync() => inner.FlushAsync();
}
