namespace Simulator;

/// <summary>The requested part of a list, as a token fixed it or the query named it. Paging behaviours change it.</summary>
internal sealed class Page(PageToken position, bool isFirst)
{
    public PageToken Position { get; set; } = position;

    public bool IsFirst => isFirst;

    /// <summary>The number of the page in a walk; 0 is the first.</summary>
    public int Index => Position.Index;

    /// <summary>The number of rows on the page, when it differs from the page size.</summary>
    public int? Take { get; set; }

    /// <summary>The number of equal pages into which the whole list is split, when the page size does not decide.</summary>
    public int? Pages { get; set; }

    /// <summary>The number of rows by which the list has moved since the walk began.</summary>
    public int Shift { get; set; }
}
