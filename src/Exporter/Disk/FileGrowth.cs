namespace Exporter.Disk;

/// <summary>
/// A file that may not grow any more (<c>ulimit -f</c>, <c>LimitFSIZE=</c>, the file system's own limit). .NET reports the refused write as
/// a wrong argument, which no one who writes a file expects.
/// </summary>
internal static class FileGrowth
{
    /// <summary>Whether a write failed because of the limit.</summary>
    public static bool IsRefused(Exception e) => e is ArgumentOutOfRangeException { ParamName: "value" };

    /// <summary>Returns the error of a refused write, which is one like that of a full disk.</summary>
    public static IOException ErrorOf(Exception refused) =>
        new("it may not grow any more: the limit on the size of files is reached (ulimit -f, LimitFSIZE=)", refused);

    /// <summary>Runs a write.</summary>
    /// <exception cref="IOException">The file may not grow, or another error of the system.</exception>
    public static void Told(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (IsRefused(e))
        {
            throw ErrorOf(e);
        }
    }
}
