using Exporter.Configuration;
using Exporter.Configuration.Reload;
using Exporter.Polling;
using Exporter.Telemetry;
using Exporter.Web;
using Exporter.Web.Access;
using Exporter.Web.Connections;

namespace Exporter.Hosting;

/// <summary>The options of the process from the command line.</summary>
internal sealed record ServeOptions
{
    public required IReadOnlyList<ListenAddress> ListenAddresses { get; init; }

    /// <summary>Descriptors of sockets that systemd opened; see <see cref="SystemdSockets"/>.</summary>
    public IReadOnlyList<int> PassedSockets { get; init; } = [];

    /// <summary>The path of the pages on this server, and their public address.</summary>
    public PublicAddresses Place { get; init; } = PublicAddresses.Here;

    public int MaxRequests { get; init; } = 40;

    /// <summary>
    /// The largest number of connections; <see langword="null"/> derives it from the number of files that the process may open.
    /// </summary>
    public int? MaxConnections { get; init; }

    public LogFormat LogFormat { get; init; }

    /// <summary>The directory for the saved state; empty saves none.</summary>
    public string StoragePath { get; init; } = "";

    /// <summary>The content of <c>--web.config.file</c> at the start, without problems.</summary>
    public WebConfigResult Access { get; init; } = WebConfigResult.None;

    /// <summary>Reads <c>--web.config.file</c> again.</summary>
    public Func<WebConfigResult> ReadAccess { get; init; } = static () => WebConfigResult.None;

    /// <summary>
    /// The source from which the configuration is read again; <see langword="null"/> when only the caller of
    /// <see cref="ExporterHost.Build"/> supplies it.
    /// </summary>
    public ReloadSource? Source { get; init; }

    /// <summary>The result of reading the configuration at the start; <see langword="null"/> when it was not read from a source.</summary>
    public ConfigurationResult? FirstRead { get; init; }

    /// <summary>Whether <c>POST /-/reload</c> reloads.</summary>
    public bool EnableLifecycle { get; init; }

    /// <summary>The time between two checks of the files; zero turns them off.</summary>
    public TimeSpan AutoReloadInterval { get; init; }

    /// <summary>The shard of this process when several share one configuration.</summary>
    public Shard Shard { get; init; } = Shard.Only;
}
