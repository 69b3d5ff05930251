namespace Exporter.History;

/// <summary>The store cannot be read now: SQLite refuses it, or its disk does not answer.</summary>
#pragma warning disable CA1032 // Nobody outside catches it, and it always has a message.
internal sealed class StoreUnreadableException(string message, Exception? inner = null) : Exception(message, inner);
#pragma warning restore CA1032
