namespace Exporter.Cli;

/// <summary>A command line with the variables of its missing flags.</summary>
/// <param name="Arguments">
/// The arguments, with the variables as flags directly after the command: after <c>--</c> they would not be flags.
/// </param>
/// <param name="Twins">The flags whose values come from variables.</param>
/// <param name="SetAside">Variables that were left out, because a flag on the command line excludes them.</param>
internal sealed record CompleteLine(
    IReadOnlyList<string> Arguments,
    IReadOnlySet<string> Twins,
    IReadOnlyList<(string Twin, Alternative Pair)> SetAside
);
