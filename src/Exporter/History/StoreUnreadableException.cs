namespace Exporter.History;

/// <summary>The store cannot be read now: SQLite refuses it, or its disk does not answer.</summary>
#pragma warning disable CA1032 // The usual constructors would have no caller: it always has a message.
internal sealed class StoreUnreadableException(string message, Exception? inner = null) : Exception(message, inner);
#pragma warning restore CA1032
