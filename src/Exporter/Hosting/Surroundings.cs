using System.Net;
using Exporter.Network;
using Exporter.SendGrid;
using Exporter.Telemetry;
using Microsoft.AspNetCore.Connections;

namespace Exporter.Hosting;

/// <summary>Where the program touches the world. By default it is the real one; tests put other things in its place.</summary>
internal sealed record Surroundings
{
    /// <summary>The environment variables.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Standard output.</summary>
    public TextWriter Output { get; init; } = Console.Out;

    /// <summary>False when the reader of standard output has gone, as after <c>| head</c>.</summary>
    public Func<bool> OutputHasReader { get; init; } = static () => StandardStream.HasReader;

    /// <summary>Whether somebody reads standard output at a terminal, and so may be told more than scripts expect.</summary>
    public bool IsAtTerminal { get; init; }

    /// <summary>Standard error, but for log lines.</summary>
    public TextWriter Error { get; init; } = Console.Error;

    /// <summary>What the process is told from outside; by default nothing ever is.</summary>
    public Signals Signals { get; init; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How a connection is made; <see langword="null"/> is by sockets.</summary>
    public Func<DnsEndPoint, CancellationToken, ValueTask<Stream>>? Connect { get; init; }

    /// <summary>A host's addresses, for where to listen.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } =
        static (name, cancellation) => Dns.GetHostAddressesAsync(name, cancellation);

    /// <summary>The proxy that the environment names, as .NET reads it.</summary>
    public IWebProxy Proxy { get; init; } = HttpClient.DefaultProxy;

    /// <summary>What the program listens with; <see langword="null"/> is sockets.</summary>
    public IConnectionListenerFactory? Listeners { get; init; }

    /// <summary>Where log lines go; <see langword="null"/> is standard error.</summary>
    public ILoggerProvider? Log { get; init; }

    /// <summary>What makes HTTP clients.</summary>
    public Outgoing Outgoing =>
        new()
        {
            Connect = Connect,
            Proxy = Proxy,
            Environment = Environment,
            Time = Time,
        };

    /// <summary>The HTTP client for the API. Whoever asks for it disposes it.</summary>
    public HttpClient CreateApiClient() => ApiHttp.Create(BuildInfo.Current.UserAgent, Outgoing);
}
