namespace Exporter.Cli;

/// <summary>What <c>--demo</c> was given.</summary>
internal sealed record DemoOptions(double Speed, int Seed, TimeSpan BreakAfter);
