using System.Net;
using System.Text.RegularExpressions;
using Exporter.Network;

namespace Exporter.Tests.Network;

public sealed partial class OutgoingTests
{
    /// <summary>The analyzer forbids the constructors, but for where it is told otherwise.</summary>
    [Fact]
    public void Nothing_else_makes_a_way_out()
    {
        var source = Path.Combine(Repository.Root, "src", "Exporter");
        // The two that are no way out bind and listen; Unix sockets lead nowhere else.
        Assert.Equal(
            ["Hosting/ListenNames.cs", "Network/Connector.cs", "Network/Outgoing.cs", "Web/Connections/SystemdSockets.cs"],
            FilesWith(source, WayOut())
        );

        // The others open files that no operator names, or make them.
        Assert.Equal(
            [
                "Cli/OutputFile.cs",
                "Disk/OpenFile.cs",
                "History/RoomReserve.cs",
                "History/StoreDirectory.cs",
                "Hosting/StandardStream.cs",
                "Network/Outgoing.cs",
                "Telemetry/ProcFile.cs",
            ],
            FilesWith(source, Exception())
        );
        Assert.Contains(
            "M:System.Net.Http.SocketsHttpHandler.#ctor;",
            File.ReadAllText(Path.Combine(source, "BannedSymbols.Exporter.txt")),
            StringComparison.Ordinal
        );
        Assert.Contains(
            """<AdditionalFiles Include="BannedSymbols.Exporter.txt" />""",
            File.ReadAllText(Path.Combine(source, "Exporter.csproj")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("http://api.example/")]
    [InlineData("http://10.0.0.1:8080/")]
    [InlineData("http://[2001:db8::1]/")]
    public async Task Plain_http_does_not_leave_this_machine_whoever_asks_for_it(string address)
    {
        var connected = false;
        var outgoing = new Outgoing
        {
            Proxy = new WebProxy("http://proxy.example:3128"),
            Connect = (_, _) =>
            {
                connected = true;
                return ValueTask.FromResult<Stream>(new MemoryStream());
            },
        };
        using var client = Outgoing.Client(outgoing.KeepingHandler(), Timeout.InfiniteTimeSpan);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync(new Uri(address), TestContext.Current.CancellationToken));

        Assert.False(connected);
    }

    private static IEnumerable<string> FilesWith(string source, Regex pattern) =>
        Directory
            .GetFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(file =>
                !Path.GetRelativePath(source, file).Split(Path.DirectorySeparatorChar).Any(static part => part is "bin" or "obj")
            )
            .Where(file => pattern.IsMatch(File.ReadAllText(file)))
            .Select(file => Path.GetRelativePath(source, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal);

    [GeneratedRegex("disable [A-Z0-9, ]*RS0030", RegexOptions.None, 1000)]
    private static partial Regex Exception();

    [GeneratedRegex(
        @"new\s+(SocketsHttpHandler|HttpClientHandler|HttpClient|TcpClient)\b|new\s+Socket\((?!AddressFamily\.Unix)|DefaultWebProxy",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex WayOut();
}
