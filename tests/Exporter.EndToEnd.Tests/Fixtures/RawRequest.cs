using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Exporter.EndToEnd.Fixtures;

/// <summary>A request that no client library would send.</summary>
internal static class RawRequest
{
    private const int Length = 12;

    /// <summary>Version and status of the answer.</summary>
    public static async Task<string> StatusLineAsync(Uri server, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);

        var answer = new byte[Length];
        await client
            .GetStream()
            .ReadExactlyAsync(answer, TestContext.Current.CancellationToken)
            .AsTask()
            .WaitAsync(Eventually.Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        return Encoding.ASCII.GetString(answer);
    }
}
