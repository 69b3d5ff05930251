namespace Exporter.Cli;

/// <summary>What a command had to say could not be written: a full disk, a closed descriptor.</summary>
internal sealed class OutputException(string message, Exception? inner = null) : IOException(message, inner);
