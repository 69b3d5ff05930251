namespace Simulator;

/// <summary>A link as the email starts with it; <see cref="World.Events"/> may change it later.</summary>
public sealed record SimulatedLink(string Url, int Location)
{
    internal double ClicksPerHour { get; init; }
}
