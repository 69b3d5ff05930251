using System.CommandLine;
using System.Net;
using Exporter.Network;

namespace Exporter.Cli;

/// <summary><c>healthcheck</c>: asks the running instance whether it is healthy, for containers that hold no other program.</summary>
internal static class HealthcheckCommand
{
    public static Command Create(Flags flags, Surroundings world)
    {
        var command = new Command("healthcheck", "Asks the running instance's /-/healthy at --web.listen-address.") { flags.ListenAddresses };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetRequiredValue(flags.ListenAddresses)[0], world, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ListenAddress address, Surroundings world, CancellationToken cancellation)
    {
        // Only the program knows whether it was told to speak TLS; to the other one it answers nothing.
        var status = await AskAsync(address.Local(Uri.UriSchemeHttp, "/-/healthy"), world, cancellation)
            ?? await AskAsync(address.Local(Uri.UriSchemeHttps, "/-/healthy"), world, cancellation);
        if (status == HttpStatusCode.OK)
        {
            await world.Output.WriteLineAsync("healthy");
            return ExitCode.Good;
        }

        var where = address.Local(Uri.UriSchemeHttp, "/-/healthy").Authority;
        await world.Error.WriteLineAsync(status is { } other ? $"{where} answers {(int)other}" : $"{where} does not answer");
        return ExitCode.Fatal;
    }

    private static async Task<HttpStatusCode?> AskAsync(Uri uri, Surroundings world, CancellationToken cancellation)
    {
        using var handler = world.Outgoing.Handler();
        handler.UseProxy = false;

        // The certificate is made out for the names that others use, and this machine asks itself: nothing secret is sent.
#pragma warning disable CA5359
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        using var client = Outgoing.Client(handler, TimeSpan.FromSeconds(4));
        try
        {
            using var response = await client.GetAsync(uri, cancellation);
            return response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }
}
