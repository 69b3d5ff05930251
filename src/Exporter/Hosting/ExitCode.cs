namespace Exporter.Hosting;

/// <summary>What the program tells whoever started it (README.md).</summary>
internal static class ExitCode
{
    public const int Good = 0;

    /// <summary>Anything fatal but a bad configuration.</summary>
    public const int Fatal = 1;

    /// <summary>A bad configuration, or flags that cannot be understood.</summary>
    public const int BadConfiguration = 2;

    /// <summary><c>doctor</c>: a check failed.</summary>
    public const int CheckFailed = 3;

    /// <summary><c>plan</c>: the budget does not suffice.</summary>
    public const int DoesNotFit = 4;
}
