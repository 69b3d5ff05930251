namespace Exporter.SendGrid;

/// <summary>One path of the API: the fixed word of the label <c>endpoint</c>.</summary>
/// <param name="Label">Value of the label <c>endpoint</c>; never holds an id.</param>
internal sealed record ApiEndpoint(string Label)
{
    public static readonly ApiEndpoint AutomationList = new("automation_list");
    public static readonly ApiEndpoint AutomationLinks = new("automation_links");
    public static readonly ApiEndpoint AutomationStats = new("automation_stats");
    public static readonly ApiEndpoint AutomationNames = new("automation_names") { IsDocumented = false };
    public static readonly ApiEndpoint SingleSendList = new("singlesend_list");
    public static readonly ApiEndpoint SingleSendLinks = new("singlesend_links");
    public static readonly ApiEndpoint SingleSendStats = new("singlesend_stats");
    public static readonly ApiEndpoint Scopes = new("scopes");

    /// <summary>
    /// Whether its answers speak for the account: one that nobody documents may refuse a good key and may never answer, and must cost
    /// nothing else anything.
    /// </summary>
    public bool IsDocumented { get; private init; } = true;

    public override string ToString() => Label;
}
