namespace Exporter.SendGrid;

/// <summary>The kinds of API failures. Each has one value of the label <c>reason</c>.</summary>
internal enum ApiErrorKind
{
    /// <summary>401: the API does not accept the key.</summary>
    Unauthorized,

    /// <summary>403: the key is known but may not read this.</summary>
    Forbidden,

    /// <summary>404 on the first page of a walk.</summary>
    NotFound,

    /// <summary>
    /// 400. It stays in this room: the page walk turns it into <see cref="Incomplete"/> or <see cref="InvalidResponse"/>.
    /// </summary>
    BadRequest,

    /// <summary>429, or a wait that a 429 named and that ends after the deadline.</summary>
    RateLimited,

    /// <summary>5xx, a refused or reset connection, or a body that was cut off.</summary>
    Unavailable,

    /// <summary>The API did not answer before the deadline.</summary>
    Timeout,

    /// <summary>An answer that is not what the API documents: a redirect, HTML, an undecodable page, a bad <c>next</c>.</summary>
    InvalidResponse,

    /// <summary>The walk could not end consistently: rows shifted, a page vanished, or a token expired twice.</summary>
    Incomplete,

    /// <summary>The exporter stopped the attempt: it shuts down, or the configuration no longer has the automation.</summary>
    Canceled,
}
