using System.Runtime.InteropServices;

namespace Exporter.Configuration;

/// <summary>A place in a text, both numbers from 1. The default value is no place: the problem is about the file as a whole.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Position(int Line, int Column);
