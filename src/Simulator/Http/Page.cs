namespace Simulator;

/// <summary>Which part of a list was asked for, as a token pinned it or the query said it. Behaviours of paging change it.</summary>
internal sealed class Page(PageToken position, bool isFirst)
{
    public PageToken Position { get; set; } = position;

    public bool IsFirst => isFirst;

    /// <summary>0 is the first page of a walk.</summary>
    public int Index => Position.Index;

    /// <summary>How many rows the page gives, when not as many as its size.</summary>
    public int? Take { get; set; }

    /// <summary>How many equal pages the whole list is to be given in, when not by its size.</summary>
    public int? Pages { get; set; }

    /// <summary>By how many rows the list has moved since the walk began.</summary>
    public int Shift { get; set; }
}
