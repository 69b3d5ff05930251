using System.Diagnostics;
using System.Text;

namespace Exporter.Shared;

/// <summary>A running <see cref="Tool"/>; it ends with this object.</summary>
internal sealed class ToolProcess : IAsyncDisposable
{
    private readonly StringBuilder _lines = new();
    private readonly Process _process;

    public ToolProcess(ProcessStartInfo start)
    {
        _process = new() { StartInfo = start };
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
        lock (_lines)
        {
            return new($"{_process.StartInfo.FileName} ended with {_process.ExitCode}: {_lines}");
        }
    }

    private void Remember(string? line)
    {
        lock (_lines)
        {
            _lines.AppendLine(line);
        }
    }
}
