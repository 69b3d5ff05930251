namespace Exporter.Hosting;

/// <summary>The program's exit codes (deploy/COMMANDS.md).</summary>
internal static class ExitCode
{
    public const int Good = 0;

    /// <summary>Any fatal error except a bad configuration.</summary>
    public const int Fatal = 1;

    /// <summary>A bad configuration, or flags that cannot be parsed.</summary>
    public const int BadConfiguration = 2;

    /// <summary>A check of <c>doctor</c> failed, or <c>backfill</c> could not have everything.</summary>
    public const int CheckFailed = 3;

    /// <summary><c>plan</c>: the budget is too small.</summary>
    public const int DoesNotFit = 4;
}
