namespace Simulator;

/// <summary>The stage of a request's processing at which a behaviour acts.</summary>
public enum Stage
{
    /// <summary>The request has arrived; its key is not checked yet.</summary>
    Arrival,

    /// <summary>The page of a list is being chosen.</summary>
    Paging,

    /// <summary>All rows of a list are present; the page is not cut out yet.</summary>
    Rows,

    /// <summary>The page exists as JSON.</summary>
    Document,

    /// <summary>Headers, bytes and the connection.</summary>
    Wire,
}
