namespace Exporter.Hosting;

/// <summary>A command's output could not be written: a full disk, a closed descriptor.</summary>
#pragma warning disable CA1032 // It is never thrown without a message.
internal sealed class OutputException(string message, Exception? inner = null) : IOException(message, inner);
#pragma warning restore CA1032
