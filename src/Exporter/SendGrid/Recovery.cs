namespace Exporter.SendGrid;

/// <summary>What a walk does about a trouble that another pass over the pages may mend. Each is used once in a walk.</summary>
internal enum Recovery
{
    /// <summary>A page size above the documented one was refused: ask for that many.</summary>
    SmallerPages,

    /// <summary>The links to later pages have dropped the grouping: put the own parameters back into them.</summary>
    OwnParameters,

    /// <summary>A page token expired: begin with a new one.</summary>
    FreshToken,

    /// <summary>The count disagrees or a row stands on two pages, so that another may have been missed: look whether it stays so.</summary>
    SecondLook,
}
