namespace Simulator;

/// <summary>Where on a request's way a behaviour acts.</summary>
public enum Stage
{
    /// <summary>When the request has arrived, before the key is looked at.</summary>
    Arrival,

    /// <summary>When the page of a list is chosen.</summary>
    Paging,

    /// <summary>On all rows of a list, before the page is cut out.</summary>
    Rows,

    /// <summary>On the page as JSON.</summary>
    Document,

    /// <summary>On headers, bytes and connection.</summary>
    Wire,
}
