using System.Diagnostics.CodeAnalysis;

namespace Exporter.Configuration;

internal delegate bool TryRead<T>(string text, [MaybeNullWhen(false)] out T value);
