namespace Exporter.Web.Connections;

/// <summary>
/// All open connections. When the table is full, a new connection replaces the one that has been without a request for longest. So clients
/// that connect and send nothing, send half a request, or keep an idle connection never keep a scrape or a probe out.
/// </summary>
/// <param name="most">The largest number of connections at the same time.</param>
internal sealed class ConnectionTable(int most)
{
    private readonly Lock _changing = new();

    /// <summary>
    /// Connections without a request, the longest waiting first; a request that has not arrived completely does not count.
    /// </summary>
    private readonly LinkedList<ConnectionSeat> _waiting = new();

    /// <summary>Connections whose request is being answered, the longest running first.</summary>
    private readonly LinkedList<ConnectionSeat> _answered = new();

    /// <summary>Adds a connection.</summary>
    /// <param name="abort">Ends the connection.</param>
    /// <returns>Its seat; dispose of it when the connection has ended.</returns>
    public ConnectionSeat Enter(Action abort)
    {
        var seat = new ConnectionSeat(this, abort);
        ConnectionSeat? leaving = null;
        lock (_changing)
        {
            if (_waiting.Count + _answered.Count >= most)
            {
                leaving = (_waiting.First ?? _answered.First)!.Value;
                leaving.Place.List!.Remove(leaving.Place);
            }

            _waiting.AddLast(seat.Place);
        }

        leaving?.Abort();
        return seat;
    }

    /// <summary>Moves a connection between the two lists when a request begins or ends.</summary>
    public void Move(ConnectionSeat seat, int requests)
    {
        lock (_changing)
        {
            seat.Requests += requests;

            // A connection that has been replaced does not come back.
            if (seat.Place.List is { } list)
            {
                list.Remove(seat.Place);
                (seat.Requests > 0 ? _answered : _waiting).AddLast(seat.Place);
            }
        }
    }

    public void Leave(ConnectionSeat seat)
    {
        lock (_changing)
        {
            seat.Place.List?.Remove(seat.Place);
        }
    }
}
