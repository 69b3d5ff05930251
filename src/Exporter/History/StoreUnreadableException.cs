namespace Exporter.History;

/// <summary>The store cannot be read now: SQLite refuses it, or its disk does not answer.</summary>
internal sealed class StoreUnreadableException(string message, Exception? inner = null) : Exception(message, inner);
