namespace Exporter.History;

/// <summary>The twelve numbers of an email; <see langword="null"/> is one that is not known.</summary>
internal sealed record StoredEmail(string First, string Second, IReadOnlyList<long?> Values);
