using System.Buffers;
using System.Security.Cryptography;

namespace Exporter.Disk;

/// <summary>
/// Reads the files that an operator names (configuration, keys, certificates), and nothing else in the program does. Only regular ones are
/// opened, none is read beyond a size, and none is waited for long: a mount that hangs keeps one thread of its own and nobody else.
/// </summary>
internal static class OperatorFile
{
    /// <summary>The trouble with a file that is not there.</summary>
    public const string Missing = "there is no such file";

    /// <summary>More than any configuration or bundle of certificates has.</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    /// <summary>A file that is not here by then lies on a mount that hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Whoever writes a pipe may have to decrypt first.</summary>
    public static readonly TimeSpan PipePatience = TimeSpan.FromSeconds(10);

    private static readonly FileContent Late = FileContent.None("it did not come to its end in time");

    /// <summary>What is read at a time, into a buffer that is used again.</summary>
    private const int ChunkBytes = 16 * 1024;

    /// <summary>The shared pool keeps a buffer with the thread that gave it back, and these threads end.</summary>
    private static readonly ArrayPool<byte> Buffers = ArrayPool<byte>.Create(ChunkBytes, maxArraysPerBucket: 8);

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="takesPipe">Whether a pipe is read, to its end.</param>
    /// <param name="within">
    /// How long it is waited for; <see langword="null"/> is <see cref="Patience"/>, for a pipe <see cref="PipePatience"/>.
    /// </param>
    public static FileContent Read(string path, bool takesPipe = false, TimeSpan? within = null)
    {
        var patience = within ?? (takesPipe ? PipePatience : Patience);
        return FileTurn.ForPath(path).Within(patience, () => Open(path, takesPipe, keeps: true), Late);
    }

    /// <summary>What a file holds now, as <see cref="FileContent.Digest"/> says it, without keeping it.</summary>
    public static string Digest(string path) =>
        FileTurn.ForPath(path).Within(Patience, () => Open(path, takesPipe: false, keeps: false), Late).Digest;

    private static FileContent Open(string path, bool takesPipe, bool keeps)
    {
        var type = FileTypes.AtPath(path);
        if (DescribeRefusal(type, takesPipe) is { } refusal)
        {
            return FileContent.None(refusal);
        }

        try
        {
#pragma warning disable RS0030 // Here, and nowhere else.
            // Shared with all: .NET would otherwise lock the file against whoever writes it.
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
#pragma warning restore RS0030
            return ReadToEnd(stream, keeps, type == FileType.Pipe);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return FileContent.None(Missing);
        }
        catch (UnauthorizedAccessException)
        {
            return FileContent.None("it may not be read by this user");
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            return FileContent.None("it cannot be read");
        }
    }

    private static string? DescribeRefusal(FileType type, bool takesPipe) =>
        type switch
        {
            FileType.Directory => "it is a directory",
            FileType.Pipe when !takesPipe => "it is a pipe, which is read at the start only",
            FileType.Socket => "it is a socket",
            FileType.Device => "it is a device",
            _ => null,
        };

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
                    return FileContent.None($"it is longer than {MostBytes} bytes");
                }

                hash.AppendData(buffer, 0, count);
                kept?.Write(buffer, 0, count);
            }

            return new(kept?.ToArray() ?? [], Trouble: null, Convert.ToHexString(hash.GetHashAndReset()), isPipe);
        }
        finally
        {
            // What was in it may be a key.
            Buffers.Return(buffer, clearArray: true);
        }
    }
}
