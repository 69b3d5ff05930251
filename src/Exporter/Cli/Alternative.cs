namespace Exporter.Cli;

/// <summary>
/// Two flags of which only one has an effect: one that was given as a flag wins over the environment variable of the other. Where both were
/// given in the same way the more specific one wins.
/// </summary>
/// <param name="Specific">The more specific flag. A switch counts only while it is on.</param>
/// <param name="General">The other flag.</param>
/// <param name="Reason">What the more specific flag does, as the end of a sentence that begins with its name.</param>
internal sealed record Alternative(string Specific, string General, string Reason)
{
    /// <summary>All pairs; each applies to the commands that have both flags.</summary>
    public static readonly IReadOnlyList<Alternative> All =
    [
        new("--demo", "--config.file", "brings its own configuration"),
        new("--web.systemd-socket", "--web.listen-address", "takes the sockets of systemd instead"),
        new("--url", "--web.listen-address", "is the whole address"),
        new("--url", "--web.external-url", "is the whole address"),
        new("--url", "--web.route-prefix", "is the whole address"),
        new("--web.route-prefix", "--web.external-url", "is the path, and no other part of the address is used")
        {
            OnlyIn = "healthcheck",
            IsCommonTogether = true,
        },
    ];

    /// <summary>The only command in which they exclude each other; <see langword="null"/> for all that have both.</summary>
    public string? OnlyIn { get; init; }

    /// <summary>Whether a server has use for both, so that together in an environment they are no mistake.</summary>
    public bool IsCommonTogether { get; init; }

    public bool AppliesTo(string command) => OnlyIn is null || OnlyIn == command;

    /// <summary>Returns the other flag of the pair; <see langword="null"/> when this flag is none of them.</summary>
    public string? Other(string flag) =>
        flag == Specific ? General
        : flag == General ? Specific
        : null;
}
