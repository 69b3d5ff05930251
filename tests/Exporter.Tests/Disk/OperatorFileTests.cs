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

    /// <summary>
    /// Another program puts one thing after another at a path that is being read. Each reading ends, with the content or the reason, and
    /// the file that is there last is read.
    /// </summary>
    [Fact]
    public async Task Whatever_a_path_becomes_while_it_is_read_no_reading_waits()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(In("socket")));
        string[] others = [Pipes.Make(In("pipe")), In("socket"), "/dev/zero", "/dev/full", _directory, In("none"), "/proc/self/mem"];
        string[] expected =
        [
            "",
            "it is a pipe, and pipes are read only at the start",
            "it is a socket",
            "it is a device",
            "it is a directory",
            "it cannot be read",
            "this user may not read it",
            OperatorFile.Missing,
        ];
        await File.WriteAllTextAsync(In("good"), "content", TestContext.Current.CancellationToken);
        using var enough = new CancellationTokenSource();
        var putting = Task.Factory.StartNew(
            () =>
            {
                for (var turn = 0; !enough.IsCancellationRequested; turn++)
                {
                    Put(turn % 2 == 0 ? In("good") : others[turn / 2 % others.Length]);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

        for (var reading = 0; reading < 1_000; reading++)
        {
            var content = OperatorFile.ReadUnlimited(In("file"));
            Assert.Contains(content.Trouble ?? "", expected);
            Assert.Equal(content.Trouble is null ? "content" : "", content.DecodeText());
        }

        await enough.CancelAsync();
        await putting;
        Put(In("good"));
        Assert.Equal("content", OperatorFile.Read(In("file")).DecodeText());

        void Put(string target)
        {
            File.Delete(In("file"));
            File.CreateSymbolicLink(In("file"), target);
        }
    }

    /// <summary>The look at a path may be out of date by then: the opening itself must not wait.</summary>
    [Fact]
    public void What_is_opened_says_what_it_is_and_its_opening_waits_for_nobody()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(In("socket")));
        File.WriteAllText(In("file"), "");
        foreach (
            var (path, expected) in ((string, FileType)[])
                [
                    (Pipes.Make(In("pipe")), FileType.Pipe),
                    ("/dev/zero", FileType.Device),
                    (_directory, FileType.Directory),
                    (In("file"), FileType.Regular),
                ]
        )
        {
            using var file = OpenFile.Read(path, out var type);
            Assert.Equal(expected, type);
            if (expected != FileType.Regular)
            {
                Assert.Throws<IOException>(() => OpenFile.ReadRegular(path));
            }
        }

        Assert.Throws<IOException>(() => OpenFile.Read(In("socket"), out _));
        Assert.Throws<FileNotFoundException>(() => OpenFile.Read(In("none"), out _));
        Assert.Throws<FileNotFoundException>(() => OpenFile.Read(In("file/none"), out _));
        Assert.Throws<IOException>(() => OpenFile.Read("a\0b", out _));
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
