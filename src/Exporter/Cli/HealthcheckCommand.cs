using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Exporter.Hosting;
using Exporter.Network;

namespace Exporter.Cli;

/// <summary>The command <c>healthcheck</c>: checks the running instance, for containers without any other program.</summary>
internal static class HealthcheckCommand
{
    /// <summary>
    /// Creates the command with the same flags as serve, so that their twins in the environment are enough; <c>--url</c> is for all other
    /// cases.
    /// </summary>
    public static Command Create(Flags flags, Surroundings surroundings)
    {
        var command = new Command("healthcheck", "Asks the running instance's /-/healthy at --web.listen-address or --url.")
        {
            flags.ListenAddresses,
            flags.ExternalUrl,
            flags.RoutePrefix,
            flags.HealthUrl,
        };
        command.SetAction(
            (parsed, cancellation) =>
                RunAsync(
                    HealthTarget.Find(
                        parsed.GetValue(flags.HealthUrl),
                        parsed.GetRequiredValue(flags.ListenAddresses),
                        flags.PlaceOf(parsed).Prefix
                    ),
                    surroundings,
                    cancellation
                )
        );
        return command;
    }

    /// <summary>Queries all addresses at once: one that never answers must not use up the time of the others.</summary>
    private static async Task<int> RunAsync(IReadOnlyList<HealthTarget> targets, Surroundings surroundings, CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(
            targets.Select(async target => (target.Where, Status: await StatusOfAsync(target, surroundings, cancellation)))
        );
        if (answers.Any(static answer => answer.Status == HttpStatusCode.OK))
        {
            try
            {
                await surroundings.Output.WriteLineAsync("healthy");
            }
            catch (IOException)
            {
                // The caller looks at the exit code, which says healthy.
            }

            return ExitCode.Good;
        }

        var said = answers.Select(static answer =>
            answer.Status is { } status ? $"{answer.Where} answers {(int)status}" : $"{answer.Where} does not answer"
        );
        await surroundings.Error.WriteLineAsync(string.Join(", ", said.Distinct(StringComparer.Ordinal)));
        return ExitCode.Fatal;
    }

    private static async Task<HttpStatusCode?> StatusOfAsync(HealthTarget target, Surroundings surroundings, CancellationToken cancellation)
    {
        HttpStatusCode? status = null;
        foreach (var uri in target.Addresses)
        {
            status ??= await AskAsync(uri, target.SocketPath, surroundings, cancellation);
        }

        return status;
    }

    private static async Task<HttpStatusCode?> AskAsync(
        Uri uri,
        string? socketPath,
        Surroundings surroundings,
        CancellationToken cancellation
    )
    {
        using var handler = surroundings.Outgoing.Handler();
        handler.UseProxy = false;
        if (socketPath is not null)
        {
            handler.ConnectCallback = (_, stop) => ConnectAsync(socketPath, stop);
        }

        // The certificate names the hosts that others use, while this machine connects to itself and sends no secret.
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

    private static async ValueTask<Stream> ConnectAsync(string socketPath, CancellationToken cancellation)
    {
        // The stream owns it.
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
