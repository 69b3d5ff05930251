using System.Net.Sockets;

namespace Exporter.Network;

/// <summary>
/// Connects to whichever address answers first (RFC 8305, section 5): one that is dead costs a head start and not the deadline.
/// </summary>
internal static class ConnectionRace
{
    /// <summary>How long an attempt runs before the next one sets off beside it.</summary>
    public static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    /// <summary>Starts one attempt after the other, each a head start after the one before or at once when one fails.</summary>
    /// <param name="addresses">In the order of the attempts; at least one.</param>
    /// <param name="connect">One attempt. It may ignore its token: who has lost is disposed of whenever it arrives.</param>
    /// <param name="time">The clock of the head starts.</param>
    /// <param name="cancellation">Ends the race without a winner.</param>
    /// <returns>The first connection that is made.</returns>
    /// <exception cref="SocketException">Every attempt failed; this is the failure that says most.</exception>
    /// <exception cref="OperationCanceledException">The race was ended.</exception>
    public static async Task<TConnection> RunAsync<TAddress, TConnection>(
        IEnumerable<TAddress> addresses,
        Func<TAddress, CancellationToken, Task<TConnection>> connect,
        TimeProvider time,
        CancellationToken cancellation
    )
        where TConnection : class, IDisposable
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var waiting = new Queue<TAddress>(addresses);
        var running = new List<Task<TConnection>>();
        var failures = new List<Exception>();
        try
        {
            while (true)
            {
                if (waiting.TryDequeue(out var address))
                {
                    running.Add(StartAsync(address));
                }
                else if (running.Count == 0)
                {
                    throw Telling(failures);
                }

                // The last one runs alone until the race is ended.
                var headStart = Task.Delay(waiting.Count > 0 ? HeadStart : Timeout.InfiniteTimeSpan, time, over.Token);
                var ended = await Task.WhenAny([.. running, headStart]);
                if (ended is not Task<TConnection> attempt)
                {
                    cancellation.ThrowIfCancellationRequested();
                    continue;
                }

                running.Remove(attempt);
                if (attempt.IsCompletedSuccessfully)
                {
                    return await attempt;
                }

                cancellation.ThrowIfCancellationRequested();
                failures.Add(attempt.Exception?.InnerException ?? new SocketException((int)SocketError.OperationAborted));
            }
        }
        finally
        {
            await over.CancelAsync();
            running.ForEach(Drop);
        }

        // What it throws at once is a failed attempt like any other.
        async Task<TConnection> StartAsync(TAddress address) => await connect(address, over.Token);
    }

    /// <summary>A family that this machine does not speak says nothing about the other side.</summary>
    private static Exception Telling(List<Exception> failures) =>
        failures.Find(static failure =>
            failure
                is not SocketException
                {
                    SocketErrorCode: SocketError.NetworkUnreachable
                        or SocketError.AddressFamilyNotSupported
                        or SocketError.AddressNotAvailable,
                }
        )
        ?? failures.LastOrDefault()
        ?? new SocketException((int)SocketError.NoData);

    /// <summary>When a loser arrives after all, its connection is closed; when it fails, that is not told.</summary>
    private static void Drop<TConnection>(Task<TConnection> loser)
        where TConnection : class, IDisposable =>
        _ = loser.ContinueWith(
            static ended =>
            {
                if (ended.IsCompletedSuccessfully)
                {
                    ended.Result.Dispose();
                }
                else
                {
                    _ = ended.Exception;
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
}
