using System.Net.Sockets;
using Exporter.Network;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.Network;

[Collection(nameof(OnVirtualTime))]
public sealed class ConnectionRaceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    /// <summary>What becomes of an attempt.</summary>
    private enum Fate
    {
        Connects,
        Fails,
        FailsAtOnce,
        IsSilent,

        /// <summary>Connects, and does not hear that it is over.</summary>
        ConnectsDeaf,

        /// <summary>Fails, and does not hear that it is over.</summary>
        FailsDeaf,
    }

    [Fact]
    public async Task An_address_that_swallows_packets_costs_a_head_start()
    {
        var race = new Race([(Fate.IsSilent, default), (Fate.Connects, TimeSpan.FromMilliseconds(30))]);

        var winner = await race.RunAsync();

        Assert.Equal((1, TimeSpan.FromMilliseconds(280)), (winner?.Number, race.Clock.Elapsed));
    }

    [Fact]
    public async Task An_address_that_refuses_costs_no_head_start()
    {
        var race = new Race([
            (Fate.FailsAtOnce, default),
            (Fate.Fails, TimeSpan.FromMilliseconds(3)),
            (Fate.Connects, TimeSpan.FromMilliseconds(30)),
        ]);

        var winner = await race.RunAsync();

        Assert.Equal((2, TimeSpan.FromMilliseconds(33)), (winner?.Number, race.Clock.Elapsed));
    }

    [Fact]
    public async Task Whatever_the_addresses_do_the_first_that_connects_wins_and_nothing_else_stays_open()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            (Fate, TimeSpan)[] fates =
            [
                .. Enumerable
                    .Range(0, random.Next(1, 7))
                    .Select(_ =>
                        (Enum.GetValues<Fate>()[random.Next(6)], TimeSpan.FromMilliseconds(random.Next(1, 8000 / random.Next(1, 20))))
                    ),
            ];
            if (Foretold(fates) is not var (expected, at))
            {
                continue;
            }

            var race = new Race(fates);
            var winner = await race.RunAsync();

            Assert.True(
                (expected, at) == (winner?.Number, race.Clock.Elapsed),
                $"seed {seed}: {winner?.Number} at {race.Clock.Elapsed}, not {expected} at {at}"
            );
            await race.Clock.ForAsync(Limit);
            Assert.All(race.Connections, connection => Assert.Equal(connection != winner, connection.IsDisposed));
        }
    }

    [Fact]
    public async Task A_lost_race_leaves_no_exception_that_nobody_looks_at()
    {
        var unobserved = new List<Exception>();
        TaskScheduler.UnobservedTaskException += Listen;
        try
        {
            var clock = await LoseAsync();
            await clock.ForAsync(Limit);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Listen;
        }

        Assert.DoesNotContain(unobserved, static e => e.InnerException is SocketException { SocketErrorCode: Race.Failure });

        void Listen(object? sender, UnobservedTaskExceptionEventArgs e) => unobserved.Add(e.Exception);

        static async Task<VirtualClock> LoseAsync()
        {
            var race = new Race([(Fate.FailsDeaf, TimeSpan.FromSeconds(1)), (Fate.Connects, TimeSpan.FromMilliseconds(1))]);
            Assert.Equal(1, (await race.RunAsync())?.Number);
            return race.Clock;
        }
    }

    [Fact]
    public async Task Who_ends_the_race_need_not_wait_for_those_who_do_not_hear()
    {
        var race = new Race([(Fate.ConnectsDeaf, TimeSpan.FromHours(1))]);

        Assert.Null(await race.RunAsync());

        Assert.Equal(Limit, race.Clock.Elapsed);
        await race.Clock.ForAsync(TimeSpan.FromHours(1));
        Assert.True(Assert.Single(race.Connections).IsDisposed);
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused, SocketError.NetworkUnreachable)]
    [InlineData(SocketError.NetworkUnreachable, SocketError.ConnectionRefused)]
    [InlineData(SocketError.AddressFamilyNotSupported, SocketError.ConnectionRefused)]
    public async Task That_this_machine_speaks_only_one_family_is_not_the_failure_that_is_told(SocketError first, SocketError second)
    {
        var failure = await Assert.ThrowsAsync<SocketException>(() =>
            ConnectionRace.RunAsync<SocketError, Connection>(
                [first, second],
                static (error, _) => throw new SocketException((int)error),
                TimeProvider.System,
                TestContext.Current.CancellationToken
            )
        );

        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
    }

    /// <summary>The same race on paper: who wins, and when it is over; nothing when two things happen in the same moment.</summary>
    private static (int? Winner, TimeSpan At)? Foretold((Fate Fate, TimeSpan After)[] fates)
    {
        var (now, next) = (TimeSpan.Zero, 0);
        List<(int Number, TimeSpan Ends, bool IsGood)> running = [];
        while (true)
        {
            if (next < fates.Length)
            {
                var (fate, after) = fates[next];
                running.Add(
                    (
                        next++,
                        fate switch
                        {
                            Fate.IsSilent => TimeSpan.MaxValue,
                            Fate.FailsAtOnce => now,
                            _ => now + after,
                        },
                        fate is Fate.Connects or Fate.ConnectsDeaf
                    )
                );
            }

            if (running.Count == 0)
            {
                return (null, now);
            }

            var first = running.MinBy(static attempt => attempt.Ends);
            var pause = next < fates.Length ? now + ConnectionRace.HeadStart : TimeSpan.MaxValue;
            now = first.Ends < pause ? first.Ends : pause;
            if (now >= Limit)
            {
                return (null, Limit);
            }

            if (running.Count(attempt => attempt.Ends == now) + (pause == now ? 1 : 0) > 1)
            {
                return null;
            }

            if (first.Ends == now)
            {
                if (first.IsGood)
                {
                    return (first.Number, now);
                }

                running.Remove(first);
            }
        }
    }

    private sealed class Connection(int number) : IDisposable
    {
        public int Number => number;

        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class Race((Fate Fate, TimeSpan After)[] fates)
    {
        public const SocketError Failure = SocketError.ConnectionRefused;

        private readonly List<Connection> _connections = [];

        public VirtualClock Clock { get; } = new();

        public IReadOnlyList<Connection> Connections => _connections;

        /// <returns>The winner; <see langword="null"/> when there is none.</returns>
        public async Task<Connection?> RunAsync()
        {
            using var limit = new CancellationTokenSource(Limit, Clock);
            try
            {
                return await Clock.UntilAsync(ConnectionRace.RunAsync(Enumerable.Range(0, fates.Length), ConnectAsync, Clock, limit.Token));
            }
            catch (Exception e) when (e is SocketException { SocketErrorCode: Failure } or OperationCanceledException)
            {
                return null;
            }
        }

        private Task<Connection> ConnectAsync(int number, CancellationToken cancellation)
        {
            var (fate, after) = fates[number];
            return fate switch
            {
                Fate.FailsAtOnce => throw new SocketException((int)Failure),
                Fate.IsSilent => EndAsync(isGood: true, Timeout.InfiniteTimeSpan, cancellation),
                Fate.Connects or Fate.Fails => EndAsync(fate == Fate.Connects, after, cancellation),
                _ => EndAsync(fate == Fate.ConnectsDeaf, after, CancellationToken.None),
            };

            async Task<Connection> EndAsync(bool isGood, TimeSpan after, CancellationToken cancellation)
            {
                await Task.Delay(after, Clock, cancellation);
                if (!isGood)
                {
                    throw new SocketException((int)Failure);
                }

                var connection = new Connection(number);
                _connections.Add(connection);
                return connection;
            }
        }
    }
}
