namespace Exporter.Configuration;

/// <summary>Reads files that hold secrets, and says in words of our own why one cannot be read: the system's words name the whole path, which may be a misplaced key.</summary>
internal static class SecretFile
{
    /// <param name="path">The file.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="reason">Why not, when the result is <see langword="null"/>.</param>
    public static T? Read<T>(string path, Func<string, T> read, out string reason)
        where T : class
    {
        reason = "";
        try
        {
            return read(path);
        }
        catch (FormatException e)
        {
            reason = e.Message;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            reason = "there is no such file";
        }
        catch (UnauthorizedAccessException)
        {
            reason = Directory.Exists(path) ? "it is a directory" : "it may not be read by this user";
        }
        catch (IOException)
        {
            reason = "it cannot be read";
        }

        return null;
    }
}
