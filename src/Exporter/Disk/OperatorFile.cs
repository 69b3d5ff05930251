using System.Buffers;
using System.Security.Cryptography;

namespace Exporter.Disk;

/// <summary>
/// Reads the files that an operator names (configuration, keys, certificates). No other code does. It reads only regular files, limits
/// their size, and never waits long: a hanging mount costs a few threads (<see cref="FileTurn"/>).
/// </summary>
internal static class OperatorFile
{
    /// <summary>The <see cref="FileContent.Trouble"/> of a file that does not exist.</summary>
    public const string Missing = "there is no such file";

    /// <summary>The largest size that is read. No configuration and no certificate bundle is that big.</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    /// <summary>The time limit for a file. One that takes longer lies on a hanging mount.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The time limit for a pipe, whose writer may have to decrypt first.</summary>
    public static readonly TimeSpan PipePatience = TimeSpan.FromSeconds(10);

    private static readonly FileContent Late = FileContent.None("it could not be read in time");

    /// <summary>The number of bytes per read; the buffer is reused.</summary>
    private const int ChunkBytes = 16 * 1024;

    /// <summary>A pool of its own. The shared pool keeps a buffer with the thread that returned it, and these threads end.</summary>
    private static readonly ArrayPool<byte> Buffers = ArrayPool<byte>.Create(ChunkBytes, maxArraysPerBucket: 8);

    /// <summary>Reads a whole file.</summary>
    /// <param name="takesPipe">Whether to read a pipe, to its end.</param>
    /// <param name="within">
    /// The time limit; <see langword="null"/> means <see cref="Patience"/>, and for a pipe <see cref="PipePatience"/>.
    /// </param>
    public static FileContent Read(string path, bool takesPipe = false, TimeSpan? within = null)
    {
        var patience = within ?? (takesPipe ? PipePatience : Patience);
        return FileTurn.ForPath(path).Within(patience, () => Open(path, takesPipe, keeps: true), Late);
    }

    /// <summary>Reads a whole file, however long it takes: for a caller that has a <see cref="FileTurn"/> of its own.</summary>
    public static FileContent ReadUnlimited(string path) => Open(path, takesPipe: false, keeps: true);

    /// <summary>Returns the <see cref="FileContent.Digest"/> of the present content without keeping the content.</summary>
    public static string Digest(string path) =>
        FileTurn.ForPath(path).Within(Patience, () => Open(path, takesPipe: false, keeps: false), Late).Digest;

    private static FileContent Open(string path, bool takesPipe, bool keeps)
    {
        // The look comes first because opening is an act: a device may do something, and the writer of a pipe begins to write.
        var seen = FileTypes.AtPath(path);
        if (DescribeRefusal(seen, takesPipe) is { } refusal)
        {
            return FileContent.None(refusal, FilePresence.File);
        }

        try
        {
            // It may be another file by now, so what counts is what was opened.
            using var stream = OpenFile.Read(path, out var type, waitsForWriter: seen == FileType.Pipe);
            return DescribeRefusal(type, takesPipe) is { } late
                ? FileContent.None(late, FilePresence.File)
                : ReadToEnd(stream, keeps, type == FileType.Pipe);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return FileContent.None(Missing, PresenceOf(path, seen));
        }
        catch (UnauthorizedAccessException)
        {
            return FileContent.None("this user may not read it", PresenceOf(path, seen));
        }
        catch (OutOfMemoryException)
        {
            return FileContent.None("there is not enough memory to read it", PresenceOf(path, seen));
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            return FileContent.None("it cannot be read", PresenceOf(path, seen));
        }
    }

    private static FilePresence PresenceOf(string path, FileType seen)
    {
        // The type there says nothing on Windows, where no file is looked at.
        if (seen != FileType.Unknown && !OperatingSystem.IsWindows())
        {
            return FilePresence.File;
        }

        var directory = path.Contains('\0', StringComparison.Ordinal) ? null : Path.GetDirectoryName(path);
        if (IsDirectory(directory))
        {
            return FilePresence.Directory;
        }

        // The root has no name.
        while ((directory = Path.GetDirectoryName(directory))?.Any(char.IsLetterOrDigit) == true)
        {
            if (IsDirectory(directory))
            {
                return FilePresence.Ancestor;
            }
        }

        return FilePresence.Unknown;

        static bool IsDirectory(string? directory) => !string.IsNullOrEmpty(directory) && FileTypes.AtPath(directory) == FileType.Directory;
    }

    private static string? DescribeRefusal(FileType type, bool takesPipe) =>
        type == FileType.Pipe ? (takesPipe ? null : "it is a pipe, and pipes are read only at the start") : FileTypes.Describe(type);

    private static FileContent ReadToEnd(FileStream stream, bool keeps, bool isPipe)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var kept = keeps ? new MemoryStream() : null;
        var buffer = Buffers.Rent(ChunkBytes);
        try
        {
            var total = 0;
            while (stream.Read(buffer, 0, ChunkBytes) is var count and > 0)
            {
                total += count;
                if (total > MostBytes)
                {
                    return FileContent.None($"it is longer than {MostBytes} bytes", FilePresence.File);
                }

                hash.AppendData(buffer, 0, count);
                kept?.Write(buffer, 0, count);
            }

            return new(kept?.ToArray() ?? [], Trouble: null, Convert.ToHexString(hash.GetHashAndReset()), isPipe);
        }
        finally
        {
            // The buffer may contain a key.
            Buffers.Return(buffer, clearArray: true);
        }
    }
}
