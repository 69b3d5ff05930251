using Microsoft.AspNetCore.Connections;

namespace Simulator;

/// <summary>How a <see cref="SimulatedSendGrid"/> is started.</summary>
public sealed record SimulatorOptions
{
    /// <summary>What is simulated. Default <see cref="WorldOptions.Demo"/>.</summary>
    public WorldOptions World { get; init; } = WorldOptions.Demo();

    /// <summary>The port on 127.0.0.1. Default 0: a free one.</summary>
    public int Port { get; init; }

    /// <summary>How many times faster than <see cref="Time"/> the world's clock runs. Default 1.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Real time: rate limits, delays and the length of behaviours run on it. Default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Requests that an account may send to one endpoint within <see cref="RateWindow"/>. Default 600.</summary>
    public int RateLimit { get; init; } = 600;

    /// <summary>The refresh period of the rate limit. Default one minute.</summary>
    public TimeSpan RateWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What it listens with. Default: sockets.</summary>
    public IConnectionListenerFactory? Listeners { get; init; }

    /// <summary>Gets one line for each answered request, without the key. Default: nobody.</summary>
    public Action<string>? Log { get; init; }
}
