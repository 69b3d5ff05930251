namespace Simulator;

/// <summary>A SendGrid account, or a subuser of one.</summary>
public sealed record SimulatedAccount(string Name, string ApiKey)
{
    /// <summary>The key's permissions; by default all that the statistics need.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = ["marketing.read", "marketing.automation.read", "stats.read"];

    /// <summary>
    /// The user name that the parent's key names in <c>on-behalf-of</c>; <see langword="null"/> for an account of its own.
    /// </summary>
    public string? Subuser { get; init; }

    /// <summary>The name of the account whose key may act for this subuser.</summary>
    public string? Parent { get; init; }

    /// <summary>In the order in which the API lists them.</summary>
    public IReadOnlyList<SimulatedAutomation> Automations { get; init; } = [];

    /// <summary>In the order in which the API lists them.</summary>
    public IReadOnlyList<SimulatedSingleSend> SingleSends { get; init; } = [];
}
