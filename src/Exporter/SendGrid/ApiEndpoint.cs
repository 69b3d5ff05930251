namespace Exporter.SendGrid;

/// <summary>One API path, identified by its value of the label <c>endpoint</c>.</summary>
/// <param name="Label">The value of the label <c>endpoint</c>; never contains an id.</param>
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
    /// Whether its answers describe the account. An undocumented endpoint may refuse a good key or never answer; that must not affect
    /// anything else.
    /// </summary>
    public bool IsDocumented { get; private init; } = true;

    public override string ToString() => Label;
}
