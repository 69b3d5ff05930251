using System.Text.RegularExpressions;

namespace Exporter.Telemetry;

/// <summary>
/// What an API key of SendGrid looks like, wherever it stands: as a path, a host or a flag's value, where nobody expects one.
/// </summary>
internal static partial class KeyShape
{
    public static bool IsIn(string text) => Key.IsMatch(text);

    /// <summary>The text without keys.</summary>
    public static string Hide(string text) => Key.Replace(text, "<secret>");

    /// <summary>Hosts are shown in lower case.</summary>
    [GeneratedRegex(
        @"SG\.[\w-]{16,}\.[\w-]{16,}",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Key { get; }
}
