namespace Exporter.Web.Connections;

/// <summary>
/// The place of one connection in the <see cref="ConnectionTable"/>. It is a feature of the connection, and therefore of its requests.
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

    /// <summary>Only the table uses it, like <see cref="Requests"/>.</summary>
    public LinkedListNode<ConnectionSeat> Place { get; }

    /// <summary>The number of requests that are being answered now.</summary>
    public int Requests { get; set; }

    public void RequestBegins() => _table.Move(this, 1);

    public void RequestEnds() => _table.Move(this, -1);

    public void Dispose() => _table.Leave(this);
}
