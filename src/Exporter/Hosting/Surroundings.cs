using System.Net;
using Exporter.Network;
using Exporter.SendGrid;
using Exporter.Telemetry;
using Microsoft.AspNetCore.Connections;

namespace Exporter.Hosting;

/// <summary>The program's connections to the outside: the real ones by default, replaced in tests.</summary>
internal sealed record Surroundings
{
    /// <summary>Returns the value of an environment variable.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Standard output for people.</summary>
    public TextWriter Output { get; init; } = Console.Out;

    /// <summary>Standard output for another program, which gets every character as it is.</summary>
    public TextWriter Data { get; init; } = TextWriter.Null;

    /// <summary>False when the reader of standard output has gone, as after <c>| head</c>.</summary>
    public Func<bool> OutputHasReader { get; init; } = static () => StandardStream.HasReader;

    /// <summary>Whether standard output is a terminal, so that extra messages for people do not disturb scripts.</summary>
    public bool IsAtTerminal { get; init; }

    /// <summary>Standard error, except for log lines.</summary>
    public TextWriter Error { get; init; } = Console.Error;

    /// <summary>The signals of the process; none by default.</summary>
    public Signals Signals { get; init; } = new();

    public TimeProvider Time { get; init; } = MachineTime.Instance;

    /// <summary>Opens a connection; <see langword="null"/> uses sockets.</summary>
    public Func<DnsEndPoint, CancellationToken, ValueTask<Stream>>? Connect { get; init; }

    /// <summary>Resolves the host names to listen on.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } =
        static (name, cancellation) => Dns.GetHostAddressesAsync(name, cancellation);

    /// <summary>The proxy in the environment variables, as .NET reads them.</summary>
    public IWebProxy Proxy { get; init; } = HttpClient.DefaultProxy;

    /// <summary>Creates the listeners; <see langword="null"/> uses sockets.</summary>
    public IConnectionListenerFactory? Listeners { get; init; }

    /// <summary>Receives the log lines; <see langword="null"/> uses standard error.</summary>
    public LogProvider? Log { get; init; }

    /// <summary>Lets no secret of this run out; the same one for every way out.</summary>
    public Harmless Harmless { get; init; } = new();

    /// <summary>Creates HTTP clients.</summary>
    public Outgoing Outgoing =>
        new()
        {
            Connect = Connect,
            Proxy = Proxy,
            Environment = Environment,
            Time = Time,
        };

    /// <summary>Creates the HTTP client for the API; the caller disposes of it.</summary>
    public HttpClient CreateApiClient() => ApiHttp.Create(BuildInfo.Current.UserAgent, Outgoing);
}
