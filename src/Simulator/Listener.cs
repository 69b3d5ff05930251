namespace Simulator;

/// <summary>Which of the two listeners was asked.</summary>
public enum Listener
{
    /// <summary>The simulated SendGrid.</summary>
    Main,

    /// <summary>The other origin, to which no key may ever be sent.</summary>
    Other,
}
