using System.Net;
using System.Net.Sockets;
using System.Text;
using Exporter.Configuration;
using Exporter.Hosting;
using Exporter.Tests.Configuration;
using Exporter.Tests.Weather;
using Exporter.Web.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Exporter.Tests.Web;

/// <summary>The whole program in this process on a free port of 127.0.0.1, with an account that nobody answers for.</summary>
internal sealed class Served : IAsyncDisposable
{
    private const string Configuration = """
        accounts:
          - api_key: ${KEY}
            base_url: http://127.0.0.1:9
            automations: {discover: false, list: [{id: 5f0c1a3e-0000-4000-8000-000000000001, name: welcome}]}
        """;

    private readonly WebApplication _app;
    private readonly string _directory;

    private Served(WebApplication app, LogLines log, string directory) => (_app, Log, _directory) = (app, log, directory);

    public LogLines Log { get; }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>The routes, as <c>/metrics</c>.</summary>
    public IEnumerable<string> Paths => Routes.Select(PathOf).Distinct(StringComparer.Ordinal);

    public IEnumerable<RouteEndpoint> Routes =>
        ((IEndpointRouteBuilder)_app).DataSources.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>();

    public static string PathOf(RouteEndpoint route) => "/" + route.RoutePattern.RawText!.TrimStart('/');

    public static async Task<Served> StartAsync(
        int? maxConnections = null,
        WebConfigResult? access = null,
        Action<WebApplication>? more = null,
        Func<ServeOptions, ServeOptions>? host = null,
        Func<string, string?>? environment = null
    )
    {
        var (log, directory) = (new LogLines(), Directory.CreateTempSubdirectory().FullName);
        var app = ExporterHost.Build(
            ConfigurationReader.Read("test.yml", Configuration, Files.Environment).Options!,
            (host ?? (static same => same))(
                new ServeOptions
                {
                    ListenAddresses = [new ListenAddress(IPAddress.Loopback, 0)],
                    MaxConnections = maxConnections,
                    Access = access ?? WebConfigResult.None,
                    StoragePath = directory,
                }
            ),
            new Surroundings { Environment = environment ?? (static _ => null), Log = log }
        );
        more?.Invoke(app);
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
            Directory.Delete(directory, recursive: true);
            throw;
        }

        return new(app, log, directory);
    }

    /// <summary>The services that answers are made with.</summary>
    public IServiceProvider Services => _app.Services;

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Address.Port, TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Connects, sends these bytes and nothing more.</summary>
    public async Task<Socket> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var socket = await ConnectAsync();
        try
        {
            await socket.SendAsync(bytes, TestContext.Current.CancellationToken);
        }
        catch (SocketException)
        {
            // It was refused before it was sent in whole; the answer may be there.
        }

        return socket;
    }

    /// <summary>
    /// What is answered to these bytes: the head, or all until the server closes. Closing our half first would take the request back.
    /// </summary>
    public async Task<string> AnswerAsync(string request, bool isWhole = false)
    {
        using var hang = new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System);
        using var socket = await SendAsync(Encoding.Latin1.GetBytes(request));
        var (answer, buffer) = (new StringBuilder(), new byte[16 * 1024]);
        try
        {
            for (
                int read;
                (isWhole || !answer.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
                    && (read = await socket.ReceiveAsync(buffer, hang.Token)) > 0;

            )
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (SocketException)
        {
            // It was reset behind the answer, because not all was read that was sent.
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"neither an answer nor an end: {request}");
        }

        return answer.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
