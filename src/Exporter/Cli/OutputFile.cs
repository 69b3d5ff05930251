using System.IO.Compression;
using Exporter.Backfill;
using Exporter.Disk;

namespace Exporter.Cli;

/// <summary>
/// The file that <c>backfill --output</c> names. A regular file is created or replaced as a whole by renaming: a reader finds the complete
/// new content or the old one. A symbolic link stays, and its target is replaced. Pipes, devices and everything under <c>/dev</c> and
/// <c>/proc</c> are written to and never replaced; of the descriptors there, only those that the parent process has passed.
/// </summary>
internal sealed class OutputFile : IDisposable
{
    /// <summary>Linux follows as many.</summary>
    private const int MostLinks = 40;

    private const int StandardOutput = 1;

    /// <summary>The end of the name under which the new content is written.</summary>
    private const string Replacing = ".new";

    private readonly string _given;
    private readonly string _path;
    private readonly FileStream? _replacement;
    private bool _isReplaced;

    /// <summary>What is written to, and not replaced; <see langword="null"/> for a pipe, which is opened once there is something.</summary>
    private readonly FileStream? _standing;

    private OutputFile(string given, string path, bool isReplaced)
    {
        (_given, _path) = (given, path);

        // It is opened at once, so that an unwritable path costs no request.
        if (isReplaced)
        {
            // The lock keeps two runs from writing the same file.
#pragma warning disable RS0030 // It is written, not read.
            _replacement = Told(() => new FileStream(Replacement, FileMode.Create, FileAccess.Write, FileShare.None));
#pragma warning restore RS0030
        }
        else if (PassedDescriptor.NumberIn(path) is { } descriptor)
        {
            _standing = Told(() => PassedDescriptor.OpenToWrite(descriptor));
        }
        else if (FileTypes.AtPath(path) != FileType.Pipe)
        {
            _standing = Told(() => OpenStanding(path));
        }
    }

    /// <summary>
    /// The file in which a run keeps fetched data; <see langword="null"/> where a file beside the output would make no sense.
    /// </summary>
    public string? Progress => _replacement is null ? null : ProgressOf(_path);

    private string Replacement => _path + Replacing;

    /// <param name="path">The value of <c>--output</c>.</param>
    /// <returns><see langword="null"/> for standard output, also by its names under <c>/dev</c> and <c>/proc</c>.</returns>
    /// <exception cref="IOException">It cannot be written, or another run is writing it.</exception>
    public static OutputFile? Open(string? path)
    {
        if (path is null || Find(path) is not { } place)
        {
            return null;
        }

        var isReplaced = !IsOfSystem(place) && FileTypes.AtPath(place) is FileType.Regular or FileType.Unknown;
        return new OutputFile(
            path,
            place,
            isReplaced && IsFree(place + Replacing) && IsFree(ProgressOf(place)) && IsProgress(ProgressOf(place))
        );
    }

    /// <summary>Returns every file that an output replaces, creates or deletes. A device stays what it is.</summary>
    public static IEnumerable<string> TouchedBy(string? path) =>
        path is not null && Find(path) is { } place && FileTypes.AtPath(place) != FileType.Device
            ? [place, place + Replacing, ProgressOf(place)]
            : [];

    /// <summary>Follows links to the file to write; <see langword="null"/> for standard output.</summary>
    /// <exception cref="IOException">The links lead nowhere.</exception>
    private static string? Find(string path)
    {
        var place = Path.GetFullPath(path);
        for (var links = 0; PassedDescriptor.NumberIn(place) != StandardOutput; links++)
        {
            if (IsOfSystem(place) || new FileInfo(place).LinkTarget is not { } target)
            {
                return place;
            }

            place =
                links < MostLinks
                    ? Path.GetFullPath(target, Path.GetDirectoryName(place)!)
                    : throw new IOException($"{path}: it is a symbolic link to itself");
        }

        return null;
    }

    public static string ProgressOf(string file) => file + ".part";

    /// <summary>Deletes what runs have kept in <see cref="Progress"/>, when there is nothing to continue.</summary>
    public void DropProgress()
    {
        if (Progress is { } kept)
        {
            File.Delete(kept);
        }
    }

    /// <summary>Writes the file, compressed when its name ends in .gz.</summary>
    public long Write(Func<TextWriter, long> write) =>
        Told(() =>
        {
            long written = 0;
            FileGrowth.Told(() => written = WriteContent(write));
            if (_replacement is not null)
            {
                Replace();
            }

            return written;
        });

    private long WriteContent(Func<TextWriter, long> write)
    {
        long written;
        using (var opened = _replacement ?? _standing ?? OpenStanding(_path))
        {
            var isCompressed = _path.EndsWith(".gz", StringComparison.Ordinal);
            using (var compressed = isCompressed ? new GZipStream(opened, CompressionLevel.Fastest, leaveOpen: true) : null)
            using (var writer = new StreamWriter(compressed ?? (Stream)opened, leaveOpen: true) { NewLine = "\n" })
            {
                written = write(writer);
            }

            opened.Flush(flushToDisk: _replacement is not null);

            // To hand out the handle moves its position behind what was written: whoever passed the descriptor may go on there.
            _ = opened.SafeFileHandle;
        }

        return written;
    }

    public void Dispose()
    {
        _standing?.Dispose();
        _replacement?.Dispose();
        if (_replacement is not null && !_isReplaced && File.Exists(Replacement))
        {
            File.Delete(Replacement);
        }
    }

    /// <summary>Runs a step; its error names the file that the operator gave, not the temporary one beside it.</summary>
    private T Told<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{_given}: {e.Message.Replace(Replacement, _path, StringComparison.Ordinal)}", e);
        }
    }

    private void Replace()
    {
        if (!OperatingSystem.IsWindows() && File.Exists(_path))
        {
            File.SetUnixFileMode(Replacement, File.GetUnixFileMode(_path));
        }

        File.Move(Replacement, _path, overwrite: true);
        _isReplaced = true;
        DropProgress();
    }

    private static FileStream OpenStanding(string path)
    {
        if (FileTypes.AtPath(path) is (FileType.Socket or FileType.Directory) and var type)
        {
            // The system's words are those of a device that is not there.
            throw new IOException(FileTypes.Describe(type));
        }

#pragma warning disable RS0030 // It is written, not read.
        return new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
#pragma warning restore RS0030
    }

    /// <summary>Whether a path belongs to the system; memory mounted under <c>/dev</c> holds ordinary files.</summary>
    private static bool IsOfSystem(string path) =>
        path.StartsWith("/proc/", StringComparison.Ordinal)
        || (path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal));

    /// <returns>Always <see langword="true"/>.</returns>
    /// <exception cref="IOException">The path holds something other than a file of an earlier run.</exception>
    private static bool IsFree(string path) =>
        FileTypes.AtPath(path) is FileType.Regular or FileType.Unknown && new FileInfo(path).LinkTarget is null
            ? true
            : throw new IOException($"{path} is in the way: it is not a regular file");

    /// <returns>Always <see langword="true"/>.</returns>
    /// <exception cref="IOException">The file holds something that no run has kept there.</exception>
    private static bool IsProgress(string path) =>
        !File.Exists(path) || BackfillProgress.MayContinue(path)
            ? true
            : throw new IOException($"{path} is in the way: it was not written by an earlier run");
}
