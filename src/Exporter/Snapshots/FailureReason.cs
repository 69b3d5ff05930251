namespace Exporter.Snapshots;

/// <summary>The reason why an attempt failed: the values of the label <c>reason</c> (METRICS.md).</summary>
internal enum FailureReason
{
    /// <summary>401: the key is not accepted.</summary>
    Unauthorized,

    /// <summary>403 or 451: the key is known but may not read this.</summary>
    Forbidden,

    /// <summary>404 before any page of a walk.</summary>
    NotFound,

    /// <summary>429, or the time that a 429 named lies beyond the deadline.</summary>
    RateLimited,

    /// <summary>407, 408, 5xx, a refused or reset connection, a body cut off half way.</summary>
    Unavailable,

    /// <summary>The API kept silent until the deadline.</summary>
    Timeout,

    /// <summary>An answer that is not what the API documents: a redirect, HTML, an undecodable page, a bad <c>next</c>.</summary>
    InvalidResponse,

    /// <summary>The walk could not be finished consistently: rows shifted, a page vanished, a token expired twice.</summary>
    Incomplete,

    /// <summary>
    /// The exporter stopped asking: shutdown, or a reload. What ends so leaves no trace, so the counter of this reason stays 0.
    /// </summary>
    Canceled,
}
