using System.Runtime.InteropServices;
using System.Text;
using Exporter.Disk;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Hosting;

/// <summary>
/// Standard output or standard error, always in UTF-8, whatever the locale. A reader that has gone ends nothing, as in .NET. Any other
/// failure to write standard output is an <see cref="OutputException"/>; a failure to write standard error is ignored, because there is no
/// other place to report it.
/// </summary>
internal sealed partial class StandardStream : Stream
{
    private const int Output = 1;
    private const int Error = 2;

    /// <summary>Flags of poll(2): the call asks for POLLOUT; the system adds POLLERR when the pipe has no reader.</summary>
    private const short Writable = 4;

    private const short Broken = 8;

    /// <summary>Handles that take the place of closed standard streams as long as the process runs.</summary>
    private static readonly List<SafeFileHandle> Holes = [];

    private readonly int _descriptor;

    /// <summary><see langword="null"/> where the process was started without it.</summary>
    private readonly Stream? _console;

    private StandardStream(int descriptor)
    {
        _descriptor = descriptor;
        if (PassedDescriptor.IsPassed(descriptor))
        {
            _console = descriptor == Output ? Console.OpenStandardOutput() : Console.OpenStandardError();
        }
    }

    /// <summary>False when standard output is a pipe whose reader has gone.</summary>
    public static bool HasReader
    {
        get
        {
            if (OperatingSystem.IsWindows())
            {
                return true;
            }

            var poll = new Poll { Descriptor = Output, Asked = Writable };
            return PollDescriptors(ref poll, 1, timeout: 0) <= 0 || (poll.Answered & Broken) == 0;
        }
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// Fills the places of missing standard streams; call it before anything else is opened. In a process that starts without a standard
    /// stream, the next file or connection to be opened gets the stream's number, and messages would be written there.
    /// </summary>
    public static void FillGaps()
    {
        try
        {
#pragma warning disable RS0030 // The handle stays open, and the path is not an operator's.
            while (File.OpenHandle("/dev/null") is var opened)
#pragma warning restore RS0030
            {
                if (OperatingSystem.IsWindows() || opened.DangerousGetHandle() > Error)
                {
                    opened.Dispose();
                    break;
                }

                Holes.Add(opened);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A system without this file has nothing to open.
        }
    }

    /// <summary>Makes them the streams of the console, as long as the process lives.</summary>
    public static void Take()
    {
        Console.SetOut(Writer(Output));
        Console.SetError(Writer(Error));
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            (_console ?? throw new IOException("it is closed")).Write(buffer);
        }
        catch (Exception e) when (_descriptor == Error && (e is IOException or UnauthorizedAccessException || FileGrowth.IsRefused(e)))
        {
            // Standard error itself failed, so the message is lost.
        }
        catch (UnauthorizedAccessException e)
        {
            throw new OutputException("standard output cannot be written: it is not open for writing", e);
        }
        catch (Exception e) when (e is IOException || FileGrowth.IsRefused(e))
        {
            var error = FileGrowth.IsRefused(e) ? FileGrowth.ErrorOf(e) : e;
            throw new OutputException($"standard output cannot be written: {error.Message}", error);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
        // Nothing is buffered.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static StreamWriter Writer(int descriptor) =>
        new(new StandardStream(descriptor), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    [LibraryImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int PollDescriptors(ref Poll descriptors, nuint count, int timeout);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Asked;
        public short Answered;
    }
}
