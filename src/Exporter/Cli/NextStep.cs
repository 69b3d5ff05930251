using Microsoft.AspNetCore.Connections;

namespace Exporter.Cli;

/// <summary>Returns advice for a start that failed, to be added to the line with the error.</summary>
internal static class NextStep
{
    /// <summary>Returns advice for a problem with the configuration; empty where the problem already includes it.</summary>
    public static string For(string problem)
    {
        if (problem.Contains(": the configuration cannot be read: ", StringComparison.Ordinal))
        {
            return "; look at what --config.file names, or leave it out and set SENDGRID_API_KEY";
        }

        return problem.Contains("SENDGRID_API_KEY_FILE: cannot use ", StringComparison.Ordinal)
            ? "; this program must be able to read that file, which holds the key and nothing else"
            : "";
    }

    /// <summary>Returns advice when the program cannot listen at an address.</summary>
    public static string For(Exception e) =>
        e.InnerException is AddressInUseException
            ? " Stop what listens there, or listen elsewhere: --web.listen-address=127.0.0.1:10325."
            : "";
}
