namespace Simulator;

/// <summary>A SendGrid account, or a subuser of one.</summary>
public sealed record SimulatedAccount(string Name, string ApiKey)
{
    /// <summary>What the key may do; by default all that the statistics need.</summary>
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

/// <summary>A series of emails that people receive one after the other.</summary>
public sealed record SimulatedAutomation(string Id, string Name, IReadOnlyList<SimulatedStep> Steps);

/// <summary>One email of an automation.</summary>
public sealed record SimulatedStep(string Id, string Name, IReadOnlyList<SimulatedLink> Links)
{
    internal Pace Pace { get; init; } = new();
}

/// <summary>A link as the email starts with it; <see cref="World.Events"/> may change it later.</summary>
public sealed record SimulatedLink(string Url, int Location)
{
    internal double ClicksPerHour { get; init; }
}

/// <summary>An email sent once, possibly tried in variations first.</summary>
public sealed record SimulatedSingleSend(string Id, string Name, DateTimeOffset SentAt, IReadOnlyList<SimulatedVariation> Variations)
{
    /// <summary>Whether variations were tried on a part of the recipients first.</summary>
    public bool IsAbTest => Variations.Count > 1;
}

/// <summary>What one variation sent in one phase: <c>test</c>, <c>send</c>, or <c>all</c> when nothing was tried.</summary>
public sealed record SimulatedVariation(string Variation, string Phase, IReadOnlyList<SimulatedLink> Links)
{
    internal Pace Pace { get; init; } = new();
}
