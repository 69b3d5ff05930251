using Exporter.Hosting;

namespace Exporter.Tests.Hosting;

public sealed class SignalsTests
{
    /// <summary>Only a hang lasts so long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_stop_that_hangs_ends_with_the_exit_code_of_whatever_began_it()
    {
        foreach (
            var (begin, exitCode) in ((Action<Signals>, int)[])
                [(static signals => signals.Terminate(), 0), (static signals => signals.BeginStop(1), 1)]
        )
        {
            var ended = new TaskCompletionSource<int>();
            var signals = new Signals(ended.SetResult, within: TimeSpan.FromMilliseconds(1));

            begin(signals);
            signals.Terminate();
            signals.BeginStop(2);

            Assert.Equal(exitCode, await ended.Task.WaitAsync(Patience, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public void A_hangup_that_nobody_waits_for_is_remembered_and_many_are_one()
    {
        var signals = new Signals();
        signals.HangUp();
        signals.HangUp();

        Assert.True(signals.Hangups.TryRead(out _));
        Assert.False(signals.Hangups.TryRead(out _));
        Assert.False(signals.Stopping.IsCancellationRequested);
    }

    [Fact]
    public async Task A_second_signal_changes_nothing()
    {
        var signals = new Signals();
        var stopping = new TaskCompletionSource();
        signals.Stopping.Register(stopping.SetResult);

        signals.Terminate();
        await stopping.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        signals.Terminate();
        signals.HangUp();

        Assert.InRange(signals.TimeLeft, TimeSpan.Zero, Signals.StopWithin);
    }
}
