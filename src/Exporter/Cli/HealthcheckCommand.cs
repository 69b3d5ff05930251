using System.CommandLine;
using System.Net;

namespace Exporter.Cli;

/// <summary><c>healthcheck</c>: asks the running instance whether it is healthy, for containers that hold no other program.</summary>
internal static class HealthcheckCommand
{
    public static Command Create(Flags flags, TextWriter output, TextWriter error)
    {
        var command = new Command("healthcheck", "Asks the running instance's /-/healthy at --web.listen-address.") { flags.ListenAddresses };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetRequiredValue(flags.ListenAddresses)[0], output, error, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ListenAddress address, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        var uri = address.Local("/-/healthy");
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var response = await client.GetAsync(uri, cancellation);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                await output.WriteLineAsync("healthy");
                return ExitCode.Good;
            }

            await error.WriteLineAsync($"{uri} answers {(int)response.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await error.WriteLineAsync($"{uri} does not answer");
        }

        return ExitCode.Fatal;
    }
}
