using Exporter.Configuration;
using Exporter.Configuration.Reload;
using Exporter.Polling;
using Exporter.Telemetry;
using Exporter.Web;
using Exporter.Web.Access;
using Exporter.Web.Connections;

namespace Exporter.Hosting;

/// <summary>What the command line says about the process.</summary>
internal sealed record ServeOptions
{
    public required IReadOnlyList<ListenAddress> ListenAddresses { get; init; }

    /// <summary>Descriptors of sockets that somebody else opened; see <see cref="SystemdSockets"/>.</summary>
    public IReadOnlyList<int> PassedSockets { get; init; } = [];

    /// <summary>Under which path the pages are, and how people reach them.</summary>
    public PublicPlace Place { get; init; } = PublicPlace.Here;

    public int MaxRequests { get; init; } = 40;

    /// <summary>Connections at the same time; <see langword="null"/> is what the process may open.</summary>
    public int? MaxConnections { get; init; }

    public LogFormat LogFormat { get; init; }

    /// <summary>Directory for the saved state; empty keeps nothing.</summary>
    public string StoragePath { get; init; } = "";

    /// <summary>What <c>--web.config.file</c> said at the start; without problems.</summary>
    public WebConfigResult Access { get; init; } = WebConfigResult.None;

    /// <summary>Reads <c>--web.config.file</c> again.</summary>
    public Func<WebConfigResult> ReadAccess { get; init; } = static () => WebConfigResult.None;

    /// <summary>
    /// Where the configuration is read again; <see langword="null"/> when it comes from nowhere but <see cref="ExporterHost.Build"/>.
    /// </summary>
    public ReloadSource? Source { get; init; }

    /// <summary>What was read there at the start; <see langword="null"/> when nothing was.</summary>
    public ConfigurationResult? FirstRead { get; init; }

    /// <summary>Whether <c>POST /-/reload</c> reloads.</summary>
    public bool EnableLifecycle { get; init; }

    /// <summary>How often the files are looked at; zero is never.</summary>
    public TimeSpan AutoReloadInterval { get; init; }

    /// <summary>Which of several processes with one configuration this is.</summary>
    public Shard Shard { get; init; } = Shard.Only;
}
