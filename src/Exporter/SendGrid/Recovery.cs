namespace Exporter.SendGrid;

/// <summary>A change with which a walk retries its pages after a problem. Each is used once in a walk.</summary>
internal enum Recovery
{
    /// <summary>The API refused a page size above the documented one: request the documented size.</summary>
    SmallerPages,

    /// <summary>The links to later pages have dropped the grouping: restore the original parameters.</summary>
    OwnParameters,

    /// <summary>A page token expired: start again with a new one.</summary>
    FreshToken,

    /// <summary>
    /// The count disagrees or two pages contain the same row, so another row may have been missed: check whether that is stable.
    /// </summary>
    SecondLook,
}
