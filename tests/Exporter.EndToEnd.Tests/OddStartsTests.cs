using System.Globalization;
using Exporter.EndToEnd.Fixtures;

namespace Exporter.EndToEnd;

/// <summary>
/// The real program with its streams closed, full or cut, and without what a program usually has: an exit code and a line, no abort.
/// </summary>
public sealed class OddStartsTests : IDisposable
{
    /// <summary>Asks for one automation, so that it is quick.</summary>
    private const string Backfill = "backfill --demo --every=1d --automations=win-back --to=$(date -u -d -2days +%F)";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("check --demo", 1, ">&-", "error: standard output cannot be written: it is closed\n")]
    [InlineData("check --demo", 1, ">/dev/full", "error: standard output cannot be written: No space left on device\n")]
    [InlineData("check --demo", 1, "1</dev/null", "error: standard output cannot be written: it is not open for writing\n")]
    [InlineData("--version", 1, ">&-", "error: standard output cannot be written: it is closed\n")]
    [InlineData("serve --help", 1, ">/dev/full", "error: standard output cannot be written: No space left on device\n")]
    [InlineData("plan --demo", 1, "<&- >&- 2>&-", "")]
    [InlineData("doctor --demo", 1, ">/dev/full 2>/dev/full", "")]
    [InlineData("chekc", 2, "2>&-", "")]
    [InlineData("chekc", 2, "2>/dev/full", "")]
    [InlineData("check --demo", 0, "2>&-", "")]
    [InlineData(Backfill + " --output=past", 0, "<&- >&- 2>&-", "")]
    [InlineData(Backfill + " --output=past", 0, "2>/dev/full", "")]
    [InlineData(Backfill, 3, ">/dev/full 2>/dev/full", "")]
    [InlineData(Backfill, 3, ">&- 2>/dev/null", "")]
    public async Task A_stream_that_is_closed_or_full_is_an_exit_code(string arguments, int expected, string streams, string told) =>
        Assert.Equal((expected, told), await ShellAsync($"\"$0\" {arguments} {streams}"));

    /// <summary>The system sends a signal that ends whoever does not expect it. (.NET's JIT needs a large file to start.)</summary>
    [Theory]
    [InlineData("--output=past", "past")]
    [InlineData("--output=past.gz", "past.gz")]
    [InlineData(">past", "standard output cannot be written")]
    public async Task A_file_that_may_not_grow_is_an_error_of_every_command(string output, string named) =>
        Assert.Equal(
            (3, $"error: {named}: it may not grow any more: the limit on the size of files is reached (ulimit -f, LimitFSIZE=)\n"),
            await ShellAsync($"export DOTNET_EnableWriteXorExecute=0; ulimit -f 100; exec \"$0\" backfill --demo --source=world {output}")
        );

    [Theory]
    [InlineData("check --demo", 0)]
    [InlineData("serve --help", 0)]
    [InlineData(Backfill, 3)]
    public async Task A_reader_that_has_gone_ends_it_quietly(string arguments, int expected) =>
        Assert.Equal(
            (expected, ""),
            await ShellAsync($"{{ \"$0\" {arguments} 2>log; echo $? >code; }} | true; grep -v '^automations: ' log >&2; exit $(cat code)")
        );

    [Theory]
    [InlineData("check --demo", 0)]
    [InlineData("serve --demo --web.listen-address=127.0.0.1:0", 1)]
    [InlineData(Backfill + " --output=past", 3)]
    public async Task A_directory_that_is_gone_is_told(string arguments, int expected)
    {
        var (code, error) = await ShellAsync($"mkdir gone; cd gone; rmdir ../gone; exec \"$0\" {arguments}");
        Assert.Equal(expected, code);
        Assert.Equal(
            expected == 0 ? "" : "error: the directory in which the program was started no longer exists: start it in another one\n",
            error
        );
    }

    /// <summary>What is written is UTF-8, whatever the locale is: promtool takes nothing else.</summary>
    [Fact]
    public async Task A_strange_environment_changes_nothing()
    {
        const string Strange =
            "env -u HOME -u PATH TMPDIR=/nowhere TERM=dumb LANG=de_DE.ISO-8859-1 LC_ALL=de_DE.ISO-8859-1 TZ=Mars/Phobos"
            + " NO_PROXY='((' HTTPS_PROXY='http://[::'";
        Assert.Equal((0, ""), await ShellAsync($"{Strange} \"$0\" check --demo"));
        Assert.Equal(
            (
                2,
                "--demo.break-after: expected a duration from 0s to 30d, for example 5m, found 'ü'\nUsage: sendgrid-exporter serve "
                    + "[flags]; --help lists them.\n"
            ),
            await ShellAsync($"{Strange} \"$0\" --demo --demo.break-after=ü")
        );
    }

    [Fact]
    public async Task A_demo_says_that_the_configuration_file_is_not_read() =>
        Assert.Equal(
            (0, "warning: --config.file is not read: --demo brings its own configuration\n"),
            await ShellAsync("\"$0\" check --demo --config.file=nowhere.yml")
        );

    /// <summary>The number of a closed stream would be that of a connection or of a file.</summary>
    [Fact]
    public async Task What_was_meant_for_a_person_is_written_into_no_file() =>
        Assert.Equal(
            (0, ""),
            await ShellAsync(
                $"\"$0\" {Backfill} --output=past >&- 2>&-; tail -1 past | grep -qx '# EOF' && ! grep -q 'samples\\|automations:' past"
            )
        );

    public static TheoryData<string, string, int, string> Outputs
    {
        get
        {
            var outputs = new TheoryData<string, string, int, string>();
            foreach (
                var (streams, code, told) in ((string, int, string)[])
                    [
                        ("", 3, "error: {0}: it is not open\n"),
                        ("3>&-", 3, "error: {0}: it is not open\n"),
                        ("3</dev/null", 3, "error: {0}: it is not open for writing\n"),
                        ("3>/dev/full", 3, "error: {0}: No space left on device\n"),
                        ("3>/dev/null", 0, ""),
                        ("3>past", 0, ""),
                        ("3> >(cat >/dev/null)", 0, ""),
                    ]
            )
            {
                foreach (var path in (string[])["/dev/fd/3", "/proc/self/fd/3", "link"])
                {
                    outputs.Add(path, streams, code, string.Format(CultureInfo.InvariantCulture, told, path));
                }
            }

            outputs.Add("/dev/stdin", "<&-", 3, "error: /dev/stdin: it is not open\n");
            outputs.Add("/dev/stdin", "</dev/null", 3, "error: /dev/stdin: it is not open for writing\n");
            outputs.Add("/dev/stderr", "2>&-", 3, "");
            outputs.Add("/dev/stderr", "2>/dev/null", 0, "");
            outputs.Add("/dev/stdout", ">&-", 3, "error: standard output cannot be written: it is closed\n");
            outputs.Add("/dev/stdout", ">/dev/full", 3, "error: standard output cannot be written: No space left on device\n");
            outputs.Add("/dev/stdout", ">/dev/null", 0, "");
            outputs.Add("/dev/null", "", 0, "");
            outputs.Add("/dev/full", "", 3, "error: /dev/full: No space left on device : '/dev/full'\n");
            outputs.Add("pipe", "& cat pipe >/dev/null; wait $!", 0, "");
            outputs.Add("/sys/past", "", 3, "error: /sys/past: Access to the path '/sys/past' is denied.\n");
            return outputs;
        }
    }

    /// <summary>Nothing is lost in silence: what is written nowhere is an exit code and a line.</summary>
    /// <param name="output">What <c>--output</c> names.</param>
    /// <param name="streams">What the shell passes.</param>
    [Theory]
    [MemberData(nameof(Outputs))]
    public async Task Whatever_the_output_is_it_is_written_or_told(string output, string streams, int expected, string told)
    {
        var (code, error) = await ShellAsync($"ln -s /dev/fd/3 link; mkfifo pipe; \"$0\" {Backfill} --output={output} {streams}");
        Assert.Equal((expected, told), (code, string.Concat(error.Split('\n').Where(IsProblem).Select(static line => line + "\n"))));

        static bool IsProblem(string line) =>
            line.Length > 0
            && !line.StartsWith("automations: ", StringComparison.Ordinal)
            && !line.EndsWith(" samples.", StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_written_to_a_passed_descriptor_stands_between_what_others_write_there() =>
        Assert.Equal(
            (0, ""),
            await ShellAsync(
                $"{{ echo before >&3; \"$0\" {Backfill} --output=/dev/fd/3 2>/dev/null; echo after >&3; }} 3>past; "
                    + "test \"$(head -1 past) $(tail -2 past | tr '\\n' ' ')\" = 'before # EOF after '"
            )
        );

    [Theory]
    [InlineData("check --demo")]
    [InlineData("plan --demo")]
    [InlineData(Backfill + " --output=past 2>/dev/null")]
    public async Task Without_proc_a_command_runs(string arguments)
    {
        await NeedsNoProcAsync();
        Assert.Equal((0, ""), await ShellAsync($"{WithoutProc} exec \"$0\" {arguments}' \"$0\" >/dev/null"));
    }

    /// <summary>What the system does not report is absent; everything else is there.</summary>
    [Fact]
    public async Task Without_proc_it_serves_and_keeps_its_state()
    {
        await NeedsNoProcAsync();
        Assert.Equal(
            (0, ""),
            await ShellAsync(
                $"{WithoutProc} exec \"$0\" --demo --web.listen-address=unix:$PWD/socket --storage.path=data >log 2>&1' \"$0\" & "
                    + "until curl -sf --unix-socket socket http://x/metrics >page; do kill -0 $! || exit 9; done; "
                    + "curl -sf --unix-socket socket http://x/internal/metrics >/dev/null || exit 8; kill $!; wait $! || exit 7; "
                    + "grep -q '^process_cpu_seconds_total ' page || exit 6; grep -q '^process_open_fds' page && exit 5; "
                    + "grep -q '^sendgrid_exporter_state_usable 1' page || exit 4; "
                    + "if grep -q 'this is a bug' log; then exit 3; fi"
            )
        );
    }

    /// <summary>It is the address space that is limited, of which the heap of the C library would take 64 MiB for each thread.</summary>
    [Fact]
    public async Task In_a_gigabyte_of_address_space_it_serves()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("SENDGRID_EXPORTER_BINARY") is { Length: > 0 },
            "Needs the Native AOT binary: the runtime of managed code takes more."
        );
        Assert.Equal(
            (0, ""),
            await ShellAsync(
                "ulimit -v 1000000; \"$0\" --demo --web.listen-address=unix:$PWD/socket --storage.path=data >log 2>&1 & "
                    + "until curl -sf --unix-socket socket http://x/metrics >page; do kill -0 $! || exit 9; done; kill $!; wait $!"
            )
        );
    }

    private const string WithoutProc = "unshare -m sh -c 'mount -t tmpfs none /proc;";

    private async Task NeedsNoProcAsync() =>
        Assert.SkipUnless(
            (await ShellAsync($"{WithoutProc} exec \"$0\" --version' \"$0\" >/dev/null 2>&1")).Code == 0,
            "Needs the right to cover /proc, and the Native AOT binary: the runtime of managed code does not start without it."
        );

    private async Task<(int Code, string Error)> ShellAsync(string script)
    {
        await using var shell = ChildProcess.Start("bash", ["-c", script, ExporterProcess.File], _directory.Path);
        return (await shell.ExitCodeAsync(), shell.Error);
    }
}
