namespace Simulator;

/// <summary>One of the two listeners.</summary>
public enum Listener
{
    /// <summary>The simulated SendGrid.</summary>
    Main,

    /// <summary>The other origin, to which a client must never send a key.</summary>
    Other,
}
