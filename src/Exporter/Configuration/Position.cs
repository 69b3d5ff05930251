using System.Runtime.InteropServices;

namespace Exporter.Configuration;

/// <summary>A place in a text; both numbers start at 1. The default value means the file as a whole.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Position(int Line, int Column);
