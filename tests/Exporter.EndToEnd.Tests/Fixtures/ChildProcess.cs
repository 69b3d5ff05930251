using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Exporter.EndToEnd.Fixtures;

/// <summary>A program that a test starts: everything it prints is kept, and it never outlives its test.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private volatile bool _isDisposed;

    private ChildProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_error, line.Data);
        AppDomain.CurrentDomain.ProcessExit += KillAtExit;
    }

    public int Id => _process.Id;

    /// <summary>The only process that this one has started; <see langword="null"/> before.</summary>
    public int? ChildId
    {
        get
        {
            var children = File.ReadAllText($"/proc/{Id}/task/{Id}/children");
            return int.TryParse(children.AsSpan().Trim(), CultureInfo.InvariantCulture, out var id) ? id : null;
        }
    }

    public string Output => Text(_output);

    public string Error => Text(_error);

    public IReadOnlyList<string> ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public bool HasExited => _process.HasExited;

    /// <param name="file">What to start.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="directory">Where it runs.</param>
    /// <param name="environment">All of its environment but what every program on this machine needs.</param>
    public static ChildProcess Start(
        string file,
        IEnumerable<string> arguments,
        string directory,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        // A shell that starts the tests in the background lets them ignore SIGINT, nohup SIGHUP, and what is ignored is inherited.
        var start = new ProcessStartInfo("env", ["--default-signal=INT,HUP", file, .. arguments])
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Neither the key nor the proxy of whoever runs the tests reaches the program.
        start.Environment.Clear();
        foreach (var name in (string[])["PATH", "HOME", "TMPDIR"])
        {
            start.Environment[name] = Environment.GetEnvironmentVariable(name);
        }

        start.Environment["DOTNET_ROOT"] = Path.GetFullPath("../../..", RuntimeEnvironment.GetRuntimeDirectory());
        foreach (var (name, value) in environment ?? FrozenDictionary<string, string>.Empty)
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(start);
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    public void Write(string input)
    {
        _process.StandardInput.Write(input);
        _process.StandardInput.Close();
    }

    /// <summary>Waits until it has ended and all that it printed is here.</summary>
    public async Task<int> ExitCodeAsync()
    {
        using var deadline = new CancellationTokenSource(Eventually.Patience, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{_process.StartInfo.ArgumentList[1]} still runs after {Eventually.Patience.TotalSeconds} s.\n{Error}");
        }

        return _process.ExitCode;
    }

    public void Send(PosixSignal signal) => Send(signal, _process.Id);

    /// <param name="signal">What to send.</param>
    /// <param name="process">This one, or one that it has started.</param>
    public static void Send(PosixSignal signal, int process) =>
        Assert.Equal(
            0,
            Kill(
                process,
                signal switch
                {
                    PosixSignal.SIGINT => 2,
                    PosixSignal.SIGHUP => 1,
                    PosixSignal.SIGQUIT => 3,
                    _ => 15,
                }
            )
        );

    /// <summary>Waits until a process handles SIGHUP: before that a signal ends it like any other.</summary>
    public static Task HandlesSignalsAsync(int process) =>
        Eventually.TrueAsync(() =>
        {
            const ulong Hangup = 1;
            var caught = File.ReadLines($"/proc/{process}/status")
                .First(static line => line.StartsWith("SigCgt:", StringComparison.Ordinal));
            return (ulong.Parse(caught.AsSpan("SigCgt:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Hangup)
                != 0;
        });

    /// <summary>Ends it at this very moment, unless it has ended.</summary>
    public void Kill()
    {
        if (!_isDisposed)
        {
            _ = Kill(_process.Id, 9);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        AppDomain.CurrentDomain.ProcessExit -= KillAtExit;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static void Keep(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private void KillAtExit(object? sender, EventArgs e) => _process.Kill(entireProcessTree: true);

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
