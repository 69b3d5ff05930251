namespace Exporter.Web.Connections;

/// <summary>
/// Everybody who is connected. When the table is full, whoever has been without a request for longest gives way to the one who comes:
/// clients that connect and say nothing, in part or in whole, or keep a connection they no longer use, never keep a scrape or a probe out.
/// </summary>
/// <param name="most">Connections at the same time.</param>
internal sealed class ConnectionTable(int most)
{
    private readonly Lock _changing = new();

    /// <summary>Without a request, the longest first; a connection whose request has not come in whole is among them.</summary>
    private readonly LinkedList<ConnectionSeat> _waiting = new();

    /// <summary>Being answered, the longest first.</summary>
    private readonly LinkedList<ConnectionSeat> _answered = new();

    /// <summary>Takes a connection in.</summary>
    /// <param name="abort">Ends it.</param>
    /// <returns>Its seat; to be disposed of when the connection has ended.</returns>
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

    /// <summary>A request begins or ends.</summary>
    public void Move(ConnectionSeat seat, int requests)
    {
        lock (_changing)
        {
            seat.Requests += requests;

            // Whoever has given way comes back no more.
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
