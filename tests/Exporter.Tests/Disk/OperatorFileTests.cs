using System.Net.Sockets;
using Exporter.Disk;

namespace Exporter.Tests.Disk;

public sealed class OperatorFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sendgrid-exporter-tests-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Only_what_is_a_regular_file_is_opened()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(In("socket")));
        Directory.CreateSymbolicLink(In("link"), Pipes.Make(In("pipe")));

        (string File, string Trouble)[] others =
        [
            (In("pipe"), "it is a pipe, and pipes are read only at the start"),
            (In("link"), "it is a pipe, and pipes are read only at the start"),
            (In("socket"), "it is a socket"),
            ("/dev/zero", "it is a device"),
            ("/dev/null", "it is a device"),
            (_directory, "it is a directory"),
            (In("none"), "there is no such file"),
            (In("none/none"), "there is no such file"),
            ("a\0b", "it cannot be read"),
        ];

        Assert.All(
            others,
            other =>
            {
                Assert.Equal(other.Trouble, OperatorFile.Read(other.File).Trouble);
                Assert.Equal(other.Trouble, OperatorFile.Digest(other.File));
            }
        );
    }

    [Fact]
    public void A_file_is_read_whole_and_its_digest_is_that_of_a_later_look_as_long_as_it_holds_the_same()
    {
        foreach (var length in (int[])[0, 1, 16 * 1024, (16 * 1024) + 1, 100_000])
        {
            var bytes = new byte[length];
            new Random(length).NextBytes(bytes);
            File.WriteAllBytes(In("file"), bytes);

            var content = OperatorFile.Read(In("file"));

            Assert.Equal(bytes, content.Bytes);
            Assert.Equal(content.Digest, OperatorFile.Digest(In("file")));
            File.AppendAllText(In("file"), "x");
            Assert.NotEqual(content.Digest, OperatorFile.Digest(In("file")));
        }
    }

    [Fact]
    public void A_file_that_is_being_written_is_no_obstacle_to_the_reader_nor_the_reader_to_the_writer()
    {
        using var writer = new FileStream(In("file"), FileMode.Create, FileAccess.Write, FileShare.Read);
        writer.Write("half"u8);
        writer.Flush();

        Assert.Equal("half"u8.ToArray(), OperatorFile.Read(In("file")).Bytes);
    }

    [Fact]
    public void A_file_without_an_end_is_not_read_to_it()
    {
        using (var large = new FileStream(In("file"), FileMode.Create))
        {
            large.SetLength(OperatorFile.MostBytes + 1);
        }

        Assert.Equal($"it is longer than {OperatorFile.MostBytes} bytes", OperatorFile.Read(In("file")).Trouble);
        Assert.Equal($"it is longer than {OperatorFile.MostBytes} bytes", OperatorFile.Digest(In("file")));
    }

    [Fact]
    public void A_pipe_that_nobody_writes_is_given_up() =>
        Assert.Equal(
            "it could not be read in time",
            OperatorFile.Read(Pipes.Make(In("pipe")), takesPipe: true, TimeSpan.FromMilliseconds(1)).Trouble
        );

    private string In(string name) => Path.Combine(_directory, name);
}
