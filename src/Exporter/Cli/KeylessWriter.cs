using System.Text;
using Exporter.Telemetry;

namespace Exporter.Cli;

/// <summary>Standard error without API keys: a message that repeats the command line may hold a key in the wrong place.</summary>
internal sealed class KeylessWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    /// <summary>Whether it writes to this writer.</summary>
    public bool IsOver(TextWriter writer) => ReferenceEquals(inner, writer);

    public override void Write(char value) => inner.Write(value);

    public override void Write(string? value) => inner.Write(KeyShape.Hide(value ?? ""));

    public override void WriteLine(string? value) => inner.WriteLine(KeyShape.Hide(value ?? ""));

    public override Task WriteAsync(string? value) => inner.WriteAsync(KeyShape.Hide(value ?? ""));

    public override Task WriteLineAsync(string? value) => inner.WriteLineAsync(KeyShape.Hide(value ?? ""));

    public override void Flush() => inner.Flush();

    public override Task FlushAsync() => inner.FlushAsync();
}
