using System.CommandLine;
using System.Net;
using Exporter.Network;

namespace Exporter.Cli;

/// <summary><c>healthcheck</c>: asks the running instance whether it is healthy, for containers that hold no other program.</summary>
internal static class HealthcheckCommand
{
    private const string Path = "/-/healthy";

    public static Command Create(Flags flags, Surroundings world)
    {
        var command = new Command("healthcheck", "Asks the running instance's /-/healthy at --web.listen-address.") { flags.ListenAddresses };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetRequiredValue(flags.ListenAddresses), world, cancellation));
        return command;
    }

    /// <summary>All addresses are asked at once: one that swallows what is sent to it must not use up the time of the others.</summary>
    private static async Task<int> RunAsync(IReadOnlyList<ListenAddress> addresses, Surroundings world, CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(
            from address in addresses
            from ip in address.ReachedAt
            select AnswerOfAsync(address, ip, world, cancellation));
        if (answers.Any(static answer => answer.Status == HttpStatusCode.OK))
        {
            await world.Output.WriteLineAsync("healthy");
            return ExitCode.Good;
        }

        var said = answers.Select(static answer => answer.Status is { } status ? $"{answer.Where} answers {(int)status}" : $"{answer.Where} does not answer");
        await world.Error.WriteLineAsync(string.Join(", ", said.Distinct(StringComparer.Ordinal)));
        return ExitCode.Fatal;
    }

    /// <summary>Only the program knows whether it was told to speak TLS; to the other one it answers nothing.</summary>
    private static async Task<(string Where, HttpStatusCode? Status)> AnswerOfAsync(ListenAddress address, IPAddress ip, Surroundings world, CancellationToken cancellation)
    {
        var uri = address.At(Uri.UriSchemeHttp, ip, Path);
        return (uri.Authority, await AskAsync(uri, world, cancellation) ?? await AskAsync(address.At(Uri.UriSchemeHttps, ip, Path), world, cancellation));
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
