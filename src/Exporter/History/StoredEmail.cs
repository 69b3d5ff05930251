namespace Exporter.History;

/// <summary>The twelve numbers of an email; <see langword="null"/> for an unknown one.</summary>
internal sealed record StoredEmail(string First, string Second, IReadOnlyList<long?> Values);
