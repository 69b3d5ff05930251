using System.Net.Sockets;
using Exporter.Disk;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Exporter.Web.Connections;

/// <summary>
/// The file of a Unix socket to listen on. A file that a dead process left behind is replaced; one on which another process listens, or
/// that is not a socket, is left alone. When the program stops it removes its own file, but not another one that has replaced it.
/// </summary>
internal static class UnixSocketFile
{
    /// <summary>The owner and the group, whatever the umask: a client needs permission to write in order to connect.</summary>
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    public static void Apply(SocketTransportOptions sockets) =>
        sockets.CreateBoundListenSocket = static endPoint =>
            endPoint is UnixDomainSocketEndPoint unix ? Bind(unix) : SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);

    /// <exception cref="IOException">The program cannot listen there.</exception>
    private static Owner Bind(UnixDomainSocketEndPoint endPoint)
    {
        var path = endPoint.ToString();
        try
        {
            if (FindProblem(path, endPoint) is { } trouble)
            {
                throw new IOException($"unix:{path}: {trouble}");
            }

            File.Delete(path);
            // Only its handle remains, and the other socket closes that.
            var socket = Owner.Capture(SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint), path);
            try
            {
                // No client can connect yet: the server begins to listen after this.
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(path, Mode);
                }
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            return socket;
        }
        catch (Exception e) when (e is SocketException or UnauthorizedAccessException)
        {
            throw new IOException($"unix:{path}: {e.Message}", e);
        }
    }

    /// <summary>
    /// Returns why the program cannot listen there; <see langword="null"/> when the path is free or holds only what may be replaced.
    /// </summary>
    private static string? FindProblem(string path, UnixDomainSocketEndPoint endPoint)
    {
        if (Path.GetDirectoryName(path) is { } directory && FileTypes.AtPath(directory) != FileType.Directory)
        {
            return $"there is no directory {directory}";
        }

        if (new FileInfo(path).LinkTarget is not null)
        {
            return "there is a symbolic link; it is left alone";
        }

        return FileTypes.AtPath(path) switch
        {
            FileType.Unknown => null,
            FileType.Socket => TroubleWithSocket(endPoint),
            _ => "there is a file that is not a socket; it is left alone",
        };
    }

    /// <summary>
    /// A socket that removes its own file when it is closed. The socket that .NET binds removes whatever is at that path by then, even the
    /// socket of the program that was started in its place.
    /// </summary>
    private sealed class Owner : Socket
    {
        private readonly string _path;
        private readonly (long Device, long Number) _identity;

        private Owner(SafeSocketHandle handle, string path)
            : base(handle) => (_path, _identity) = (path, FileTypes.IdentityOf(path));

        public static Owner Capture(Socket bound, string path)
        {
            // From here on only the handle of the other socket is used, so that socket is never closed itself.
#pragma warning disable CA1816 // The finalizer must not close the other socket, either.
            GC.SuppressFinalize(bound);
#pragma warning restore CA1816
            return new Owner(bound.SafeHandle, path);
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            try
            {
                if (FileTypes.IdentityOf(_path) == _identity)
                {
                    File.Delete(_path);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next start removes it.
            }
        }
    }

    private static string? TroubleWithSocket(UnixDomainSocketEndPoint endPoint)
    {
        // A process that is too busy to accept is listening, too; so this does not wait for it.
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            client.Connect(endPoint);
            return "another process listens there already";
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.WouldBlock
                ? "another process listens there already"
                : $"there is a socket already: {e.Message}";
        }
    }
}
