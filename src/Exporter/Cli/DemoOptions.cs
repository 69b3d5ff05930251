namespace Exporter.Cli;

/// <summary>The options of <c>--demo</c>.</summary>
internal sealed record DemoOptions(double Speed, int Seed, TimeSpan BreakAfter);
