using System.Runtime.InteropServices;

namespace Exporter.Configuration;

/// <summary>A place in a text, both numbers from 1. The default value is no place: the problem is about the file as a whole.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Position(int Line, int Column);

/// <summary>Something wrong with the configuration, or worth a warning. Its text never holds an API key.</summary>
internal sealed record Problem(string File, Position At, string Message)
{
    public override string ToString() => At == default ? $"{File}: {Message}" : $"{File}:{At.Line}:{At.Column}: {Message}";
}
