using CsCheck;
using Exporter.Web.Connections;

namespace Exporter.Tests.Web;

public sealed class ConnectionTableTests
{
    [Fact]
    public void Who_has_waited_longest_gives_way()
    {
        var (table, gone) = (new ConnectionTable(3), new List<int>());
        var seats = Enumerable.Range(0, 3).Select(i => table.Enter(() => gone.Add(i))).ToList();
        seats[0].RequestBegins();
        seats[0].RequestEnds();
        seats[1].RequestBegins();

        for (var i = 3; i < 6; i++)
        {
            var number = i;
            table.Enter(() => gone.Add(number));
        }

        // The one that asks nothing, the one that has asked, and then those who came.
        Assert.Equal([2, 0, 3], gone);
    }

    [Fact]
    public void Only_when_all_are_being_answered_one_of_these_gives_way()
    {
        var (table, gone) = (new ConnectionTable(2), new List<int>());
        var (first, second) = (table.Enter(() => gone.Add(1)), table.Enter(() => gone.Add(2)));
        second.RequestBegins();
        first.RequestBegins();
        table.Enter(() => gone.Add(3));

        Assert.Equal([2], gone);
    }

    [Fact]
    public void No_more_are_in_it_than_there_is_room_for_whatever_they_do() =>
        Gen.Int[0, 5]
            .Array[0, 300]
            .Sample(static acts =>
            {
                var table = new ConnectionTable(4);
                var (seats, gone, random) = (new List<(ConnectionSeat Seat, int Number)>(), new HashSet<int>(), 0);
                for (var i = 0; i < acts.Length; i++)
                {
                    var at = seats.Count == 0 ? 0 : (random += acts[i] * 7 + 3) % seats.Count;
                    switch (acts[i])
                    {
                        case <= 1:
                            var number = i;
                            seats.Add((table.Enter(() => Assert.True(gone.Add(number))), number));
                            break;
                        case 2 when seats.Count > 0:
                            seats[at].Seat.RequestBegins();
                            break;
                        case 3 when seats.Count > 0 && seats[at].Seat.Requests > 0:
                            seats[at].Seat.RequestEnds();
                            break;
                        case 4 when seats.Count > 0:
                            seats[at].Seat.Dispose();
                            seats.RemoveAt(at);
                            break;
                        default:
                            // Nobody is there.
                            break;
                    }

                    Assert.True(seats.Count(seat => !gone.Contains(seat.Number)) <= 4);
                    Assert.True(seats.Count == 0 || acts[i] > 1 || !gone.Contains(seats[^1].Number));
                }
            });

    [Theory]
    [InlineData(long.MaxValue, 512)]
    [InlineData(1_048_576, 512)]
    [InlineData(1024, 512)]
    [InlineData(600, 280)]
    [InlineData(256, 8)]
    [InlineData(20, 8)]
    public void Connections_leave_files_for_the_rest(long files, int connections) =>
        Assert.Equal(connections, KestrelLimits.ConnectionsFor(files));

    [Fact]
    public void The_system_says_how_many_files_there_may_be() => Assert.InRange(KestrelLimits.Files(), 16, long.MaxValue);
}
