using Microsoft.AspNetCore.Connections;

namespace Simulator;

/// <summary>The options of a <see cref="SimulatedSendGrid"/>.</summary>
public sealed record SimulatorOptions
{
    /// <summary>The simulated world. Default <see cref="WorldOptions.Demo"/>.</summary>
    public WorldOptions World { get; init; } = WorldOptions.Demo();

    /// <summary>The port on 127.0.0.1. Default 0: a free one.</summary>
    public int Port { get; init; }

    /// <summary>The factor by which the world's clock runs faster than <see cref="Time"/>. Default 1.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>The real time: rate limits, delays and the length of behaviours use it. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Requests that an account may send to one endpoint within <see cref="RateWindow"/>. Default 600.</summary>
    public int RateLimit { get; init; } = 600;

    /// <summary>The refresh period of the rate limit. Default one minute.</summary>
    public TimeSpan RateWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Creates the listeners. Default: sockets.</summary>
    public IConnectionListenerFactory? Listeners { get; init; }

    /// <summary>Receives one line for each answered request, without the key. Default: none.</summary>
    public Action<string>? Log { get; init; }
}
