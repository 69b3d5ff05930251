namespace Exporter.Web.Connections;

/// <summary>
/// One connection's place in the <see cref="ConnectionTable"/>. It is a feature of the connection, and so of its requests.
/// </summary>
internal sealed class ConnectionSeat : IDisposable
{
    private readonly ConnectionTable _table;

    public ConnectionSeat(ConnectionTable table, Action abort)
    {
        (_table, Abort) = (table, abort);
        Place = new(this);
    }

    public Action Abort { get; }

    /// <summary>Belongs to the table, as <see cref="Requests"/> does.</summary>
    public LinkedListNode<ConnectionSeat> Place { get; }

    /// <summary>Being answered now.</summary>
    public int Requests { get; set; }

    public void RequestBegins() => _table.Move(this, 1);

    public void RequestEnds() => _table.Move(this, -1);

    public void Dispose() => _table.Leave(this);
}
