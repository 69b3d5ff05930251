namespace Exporter.SendGrid;

/// <summary>The sorts of trouble. Each has one word, the value of the label <c>reason</c>.</summary>
internal enum ApiErrorKind
{
    /// <summary>401: the key is not accepted.</summary>
    Unauthorized,

    /// <summary>403: the key is known but may not read this.</summary>
    Forbidden,

    /// <summary>404 on the first page of a walk.</summary>
    NotFound,

    /// <summary>400. Stays in this room: the page walk makes <see cref="Incomplete"/> or <see cref="InvalidResponse"/> of it.</summary>
    BadRequest,

    /// <summary>429, or the time that a 429 named lies beyond the deadline.</summary>
    RateLimited,

    /// <summary>5xx, a refused or reset connection, a body cut off half way.</summary>
    Unavailable,

    /// <summary>The API kept silent until the deadline.</summary>
    Timeout,

    /// <summary>An answer that is not what the API documents: a redirect, HTML, an undecodable page, a bad <c>next</c>.</summary>
    InvalidResponse,

    /// <summary>The walk could not be finished consistently: rows shifted, a page vanished, a token expired twice.</summary>
    Incomplete,

    /// <summary>We stopped asking: shutdown, or the automation was removed from the configuration.</summary>
    Canceled,
}
