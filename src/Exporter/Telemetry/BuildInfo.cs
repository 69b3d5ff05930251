using System.Reflection;

namespace Exporter.Telemetry;

/// <summary>The identity of this build.</summary>
/// <param name="Revision">Source revision; <c>unknown</c> when built outside a checkout.</param>
/// <param name="DotNet">Version of the .NET runtime.</param>
internal sealed record BuildInfo(string Version, string Revision, string DotNet)
{
    public static BuildInfo Current { get; } = Read();

    /// <summary>The program's name in requests to the API.</summary>
    public string UserAgent => $"sendgrid-exporter/{Version}";

    private static BuildInfo Read()
    {
        // The SDK joins version and revision with a plus sign: 1.2.3+0123abc.
        var text = typeof(BuildInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        var plus = text.IndexOf('+', StringComparison.Ordinal);
        return new BuildInfo(plus < 0 ? text : text[..plus], plus < 0 ? "unknown" : text[(plus + 1)..], Environment.Version.ToString());
    }
}
