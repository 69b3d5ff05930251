using System.ComponentModel;

namespace Exporter.Tests.Dashboards;

/// <summary>The month, made once for all tests that ask it.</summary>
/// <remarks>
/// With <c>KEEP_MONTH=/some/directory</c> it holds all automations of the demo and stays there, to look at the dashboards with.
/// </remarks>
public sealed class MonthFixture : IAsyncLifetime
{
    private readonly string? _kept = Environment.GetEnvironmentVariable("KEEP_MONTH");
    private DirectoryInfo? _directory;
    private RecordedMonth? _recorded;

    internal SimulatedMonth Month { get; private set; } = null!;

    /// <summary>The month as Prometheus has it; the test is skipped where there is none.</summary>
    internal RecordedMonth Recorded
    {
        get
        {
            Assert.SkipWhen(_recorded is null, "prometheus or promtool is not installed (Debian: apt-get install prometheus)");
            return _recorded;
        }
    }

    public async ValueTask InitializeAsync()
    {
        Month = _kept is null
            ? await SimulatedMonth.PlayAsync(automations: 1, "shop")
            : await SimulatedMonth.PlayAsync(automations: 6, account: null);
        _directory = _kept is null ? Directory.CreateTempSubdirectory("month-") : Directory.CreateDirectory(_kept);
        try
        {
            _recorded = await RecordedMonth.RecordAsync(Month, _directory.FullName, TestContext.Current.CancellationToken);
        }
        catch (Win32Exception)
        {
            // Not installed.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_recorded is not null)
        {
            await _recorded.DisposeAsync();
        }

        if (_kept is null)
        {
            _directory?.Delete(recursive: true);
        }
    }
}
