using System.Diagnostics;
using System.Text;

namespace Exporter.Backtest;

/// <summary>A running program of Prometheus's packages; it ends with this object.</summary>
internal sealed class Tool : IAsyncDisposable
{
    private readonly StringBuilder _said = new();
    private readonly Process _process;

    public Tool(string name, IReadOnlyList<string> arguments, string directory = "")
    {
        _process = new()
        {
            StartInfo = new(name, arguments)
            {
                WorkingDirectory = directory,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            },
        };
        // Memory is cheaper than collections, up to what a big world needs anyway (https://pkg.go.dev/runtime#hdr-Environment_Variables).
        _process.StartInfo.Environment["GOGC"] = "400";
        _process.StartInfo.Environment["GOMEMLIMIT"] = "2GiB";
        _process.ErrorDataReceived += (_, line) => Remember(line.Data);
        _process.OutputDataReceived += (_, line) => Remember(line.Data);
        _process.Start();
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <summary>Waits for its end, which must be a good one.</summary>
    public async Task SucceedAsync(CancellationToken ct)
    {
        await _process.WaitForExitAsync(ct);
        if (_process.ExitCode != 0)
        {
            throw Ended();
        }
    }

    public void RequireAlive()
    {
        if (_process.HasExited)
        {
            throw Ended();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private InvalidOperationException Ended()
    {
        lock (_said)
        {
            return new($"{_process.StartInfo.FileName} ended with {_process.ExitCode}: {_said}");
        }
    }

    private void Remember(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line);
        }
    }
}
