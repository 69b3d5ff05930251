using System.Net.Sockets;

namespace Exporter.Network;

/// <summary>
/// Connects to the address that answers first (RFC 8305, section 5). A dead address costs a head start, not the deadline.
/// </summary>
internal static class ConnectionRace
{
    /// <summary>The time that an attempt runs before the next one starts beside it.</summary>
    public static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    /// <summary>Starts one attempt after another: each a head start after the one before, or at once when one fails.</summary>
    /// <param name="addresses">In the order of the attempts; at least one.</param>
    /// <param name="connect">Makes one attempt. It may ignore its token: a losing connection is disposed whenever it arrives.</param>
    /// <param name="time">The clock of the head starts.</param>
    /// <param name="cancellation">Ends the race without a winner.</param>
    /// <returns>The first connection that is made.</returns>
    /// <exception cref="SocketException">Every attempt failed. This is the most informative failure.</exception>
    /// <exception cref="OperationCanceledException">The caller ended the race.</exception>
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

                // The last attempt runs alone until the race ends.
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

        // The local function turns a synchronous exception into a failed attempt like any other.
        async Task<TConnection> StartAsync(TAddress address) => await connect(address, over.Token);
    }

    /// <summary>
    /// Returns the most informative failure. An address family that this machine lacks reveals nothing about the other side.
    /// </summary>
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

    /// <summary>Closes the connection of a losing attempt when it still arrives; ignores its failure.</summary>
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
