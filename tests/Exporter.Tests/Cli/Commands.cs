using System.Net;
using Exporter.Cli;
using Exporter.Hosting;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.Cli;

/// <summary>Runs a command of the program in this process, on the clock and the network of a <see cref="VirtualMachine"/>.</summary>
internal static class Commands
{
    /// <summary>Runs a command on a configuration file with these lines.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunAsync(
        this VirtualMachine machine,
        string command,
        string configuration,
        params string[] flags
    ) => machine.RunAsync([.. command.Split(' '), .. flags], configuration, new WebProxy());

    /// <summary>The same behind a proxy.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        this VirtualMachine machine,
        IReadOnlyList<string> command,
        string configuration,
        IWebProxy proxy
    )
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, configuration, TestContext.Current.CancellationToken);
            using var output = new StringWriter();
            using var error = new StringWriter();
            var world = new Surroundings
            {
                Environment = static _ => null,
                Output = output,
                OutputHasReader = static () => true,
                Error = error,
                Time = machine.Clock,
                Connect = machine.Network.ConnectAsync,
                Proxy = proxy,
            };
            var code = await machine.Clock.UntilAsync(CommandLine.RunAsync([.. command, $"--config.file={file}"], world));
            return (code, output.ToString(), error.ToString());
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>An account of the simulator as YAML, with more lines for it.</summary>
    public static string Account(SimulatedSendGrid simulated, string more = "", string? key = null) =>
        $$"""
            poll: {timeout: 60s}
            accounts:
              - api_key: {{key ?? simulated.World.Accounts[0].ApiKey}}
                base_url: {{simulated.BaseUrl}}
            {{more}}
            """;
}
