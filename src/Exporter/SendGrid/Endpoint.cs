namespace Exporter.SendGrid;

/// <summary>One path of the API: the fixed word of the label <c>endpoint</c>.</summary>
/// <param name="Word">Value of the label <c>endpoint</c>; never holds an id.</param>
internal sealed record Endpoint(string Word)
{
    public static readonly Endpoint AutomationList = new("automation_list");
    public static readonly Endpoint AutomationLinks = new("automation_links");
    public static readonly Endpoint AutomationStats = new("automation_stats");
    public static readonly Endpoint AutomationNames = new("automation_names") { IsDocumented = false };
    public static readonly Endpoint SingleSendList = new("singlesend_list");
    public static readonly Endpoint SingleSendLinks = new("singlesend_links");
    public static readonly Endpoint SingleSendStats = new("singlesend_stats");
    public static readonly Endpoint Scopes = new("scopes");

    /// <summary>
    /// Whether its answers speak for the account: one that nobody documents may refuse a good key and may never answer, and must cost
    /// nothing else anything.
    /// </summary>
    public bool IsDocumented { get; private init; } = true;

    public override string ToString() => Word;
}
