using System.Diagnostics;
using System.Net.Sockets;
using Exporter.Cli;

namespace Exporter.Tests.Cli;

#pragma warning disable CA1416 // The tests run on Linux.

/// <summary>What <c>--output</c> may name: only a regular file is ever replaced.</summary>
public sealed class OutputFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sendgrid-exporter-").FullName;

    private string PathTo(string name) => Path.Combine(_directory, name);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_regular_file_is_replaced_and_keeps_its_mode()
    {
        File.WriteAllText(PathTo("x"), "old");
        File.SetUnixFileMode(PathTo("x"), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Write("x");

        Assert.Equal("new", File.ReadAllText(PathTo("x")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathTo("x")));
        Assert.Equal(["x"], Names());
    }

    /// <summary>A write that <c>ulimit -f</c> refuses reaches the program as a wrong argument.</summary>
    [Fact]
    public void A_file_that_may_not_grow_is_an_error_of_that_file_and_the_earlier_one_stays()
    {
        File.WriteAllText(PathTo("x"), "old");
        using (var output = OutputFile.Open(PathTo("x"))!)
        {
#pragma warning disable MA0015 // So .NET names it.
            var error = Assert.Throws<IOException>(() => output.Write(static _ => throw new ArgumentOutOfRangeException("value")));
#pragma warning restore MA0015
            Assert.StartsWith($"{PathTo("x")}: it may not grow any more", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal("old", File.ReadAllText(PathTo("x")));
        Assert.Equal(["x"], Names());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_symbolic_link_stays_one_and_what_it_names_is_replaced(bool exists)
    {
        Directory.CreateDirectory(PathTo("there"));
        if (exists)
        {
            File.WriteAllText(PathTo("there/real"), "old");
        }

        File.CreateSymbolicLink(PathTo("x"), "there/real");

        Write("x");

        Assert.Equal("there/real", new FileInfo(PathTo("x")).LinkTarget);
        Assert.Equal("new", File.ReadAllText(PathTo("there/real")));
        Assert.Equal(["there", "there/real", "x"], Names());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("link")]
    public async Task A_pipe_is_written_to_and_stays_a_pipe(string name)
    {
        MakePipe("x");
        File.CreateSymbolicLink(PathTo("link"), "x");
        using var output = OutputFile.Open(PathTo(name))!;
        Assert.Null(output.Progress);
        var read = Task.Run(() => File.ReadAllText(PathTo("x")), TestContext.Current.CancellationToken);

        output.Write(static writer => Written(writer));

        Assert.Equal("new", await read);
        Assert.Equal(["link", "x"], Names());
    }

    [Theory]
    [InlineData("/dev/stdout")]
    [InlineData("/proc/self/fd/1")]
    [InlineData(null)]
    public void Standard_output_is_that_by_each_of_its_names(string? path)
    {
        Assert.Null(OutputFile.Open(path));
        if (path is not null)
        {
            File.CreateSymbolicLink(PathTo("x"), path);
            Assert.Null(OutputFile.Open(PathTo("x")));
        }
    }

    public static TheoryData<string> Descriptors =>
        [
            .. from directory in (string[])["/dev/fd", "/proc/self/fd", "/proc/thread-self/fd", $"/proc/{Environment.ProcessId}/fd"]
            from name in (string[])["99999", "99999999999999999999", "-1", "x", "3x"]
            select $"{directory}/{name}",
        ];

    [Theory]
    [MemberData(nameof(Descriptors))]
    public void A_descriptor_that_nobody_has_passed_is_refused_before_anything_is_fetched(string path)
    {
        Assert.Equal($"{path}: it is not open", Refused(path));
        File.CreateSymbolicLink(PathTo("x"), path);
        Assert.Equal($"{PathTo("x")}: it is not open", Refused("x"));
    }

    /// <summary>What this program has opened for itself is nothing to write to: not its connections, and not its store.</summary>
    [Fact]
    public void A_descriptor_of_this_program_is_none_that_was_passed()
    {
        using var own = new FileStream(PathTo("own"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        var number = own.SafeFileHandle.DangerousGetHandle();

        Assert.Equal($"/dev/fd/{number}: it is not open", Refused($"/dev/fd/{number}"));
        Assert.Equal("", File.ReadAllText(PathTo("own")));
    }

    [Fact]
    public void What_can_never_be_written_is_refused_for_what_it_is_and_left_alone()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(PathTo("x")));
        File.CreateSymbolicLink(PathTo("link"), "x");

        Assert.Equal($"{PathTo("x")}: it is a socket", Refused("x"));
        Assert.Equal($"{PathTo("link")}: it is a socket", Refused("link"));
        Assert.StartsWith("/dev/nothing: ", Refused("/dev/nothing"), StringComparison.Ordinal);
        Assert.StartsWith("/proc/self/nothing: ", Refused("/proc/self/nothing"), StringComparison.Ordinal);
        Assert.Equal(["link", "x"], Names());
    }

    [Theory]
    [InlineData("/dev/null", null)]
    [InlineData("/dev/full", "/dev/full: No space left on device")]
    public void A_device_is_written_to(string device, string? expected)
    {
        using var output = OutputFile.Open(device)!;
        if (expected is null)
        {
            Assert.Equal(1, output.Write(Written));
        }
        else
        {
            Assert.StartsWith(expected, Assert.ThrowsAny<IOException>(() => output.Write(Written)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("my notes", false)]
    [InlineData("b", true)]
    [InlineData("backfill of 2026-01-01 to", true)]
    [InlineData("", true)]
    public void A_file_that_only_has_the_name_of_one_of_ours_is_not_written_over(string content, bool isOurs)
    {
        File.WriteAllText(PathTo("x.part"), content);

        if (isOurs)
        {
            OutputFile.Open(PathTo("x"))!.Dispose();
        }
        else
        {
            Assert.Contains($"{PathTo("x.part")} is in the way", Refused("x"), StringComparison.Ordinal);
        }

        Assert.Equal(content, File.ReadAllText(PathTo("x.part")));
    }

    [Theory]
    [InlineData("x.new")]
    [InlineData("x.part")]
    public void What_is_in_the_way_beside_it_is_named_and_neither_read_nor_replaced(string name)
    {
        MakePipe(name);
        Assert.Contains($"{PathTo(name)} is in the way", Refused("x"), StringComparison.Ordinal);
        File.Delete(PathTo(name));
        File.CreateSymbolicLink(PathTo(name), "elsewhere");
        Assert.Contains($"{PathTo(name)} is in the way", Refused("x"), StringComparison.Ordinal);
        File.Delete(PathTo(name));
        Directory.CreateDirectory(PathTo(name));
        Assert.Contains($"{PathTo(name)} is in the way", Refused("x"), StringComparison.Ordinal);
    }

    [Fact]
    public void Links_in_a_circle_are_refused()
    {
        File.CreateSymbolicLink(PathTo("x"), "y");
        File.CreateSymbolicLink(PathTo("y"), "x");
        Assert.Contains("symbolic link to itself", Refused("x"), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_runs_do_not_write_one_file()
    {
        using (OutputFile.Open(PathTo("x")))
        {
            AssertNamed("x", Refused("x"));
        }

        Write("x");
        Assert.Equal(["x"], Names());
    }

    [Fact]
    public void What_fails_half_way_leaves_the_file_that_was_there()
    {
        File.WriteAllText(PathTo("x"), "old");
        using (var output = OutputFile.Open(PathTo("x"))!)
        {
            Assert.Throws<IOException>(() =>
                output.Write(static writer => Written(writer) > 0 ? throw new IOException("No space left on device") : 0)
            );
        }

        Assert.Equal("old", File.ReadAllText(PathTo("x")));
        Assert.Equal(["x"], Names());
    }

    /// <summary>Each way to be refused tells of what the operator wrote, never of the name under which it is written.</summary>
    [Theory]
    [InlineData("nowhere/x")]
    [InlineData("file/x")]
    [InlineData("link/x")]
    [InlineData("link")]
    public void What_cannot_be_written_is_told_by_the_name_that_was_given(string name)
    {
        File.WriteAllText(PathTo("file"), "");
        File.CreateSymbolicLink(PathTo("link"), "nowhere/else");

        AssertNamed(name, Refused(name));
    }

    [Fact]
    public void What_cannot_be_put_in_its_place_is_told_by_the_name_that_was_given()
    {
        Directory.CreateDirectory(PathTo("there"));
        using var output = OutputFile.Open(PathTo("there/x"))!;
        Directory.Delete(PathTo("there"), recursive: true);

        AssertNamed("there/x", Assert.ThrowsAny<IOException>(() => output.Write(Written)).Message);
    }

    private void AssertNamed(string name, string message)
    {
        Assert.Contains(PathTo(name), message, StringComparison.Ordinal);
        Assert.DoesNotContain(".new", message, StringComparison.Ordinal);
    }

    private static long Written(TextWriter writer)
    {
        writer.Write("new");
        return 1;
    }

    private void Write(string name)
    {
        using var output = OutputFile.Open(PathTo(name))!;
        Assert.Equal(1, output.Write(Written));
    }

    private string Refused(string name) => Assert.ThrowsAny<IOException>(() => OutputFile.Open(PathTo(name))).Message;

    private void MakePipe(string name)
    {
        using var made = Process.Start("mkfifo", [PathTo(name)]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
    }

    private IEnumerable<string> Names() =>
        Directory
            .EnumerateFileSystemEntries(_directory, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_directory, path))
            .Order(StringComparer.Ordinal);
}
