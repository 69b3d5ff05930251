using System.Text;
using Exporter.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Exporter.Tests.Web;

/// <summary>Every route of the program, and clients that do not read what they have asked for.</summary>
public sealed class LongAnswersTests
{
    /// <summary>The answers of one line.</summary>
    private static readonly string[] Short = ["/-/healthy", "/-/ready"];

    public static TheoryData<string> Prefixes => ["", "/a"];

    [Theory]
    [MemberData(nameof(Prefixes))]
    public async Task Every_route_has_places_but_for_those_whose_answer_is_one_line(string prefix)
    {
        await using var served = await StartAsync(prefix);

        // With a prefix, what is beside the pages is sent to them.
        IEnumerable<string> without = [.. Short.Select(path => prefix + path), .. prefix.Length > 0 ? ["/"] : Array.Empty<string>()];
        Assert.Equal(
            without.Order(StringComparer.Ordinal),
            served.Routes.Where(static route => !HasPlaces(route)).Select(Served.PathOf).Order(StringComparer.Ordinal)
        );
        foreach (var route in served.Routes.Where(static route => !HasPlaces(route)))
        {
            using var body = new MemoryStream();
            await AnswerAsync(served, route, body);
            Assert.InRange(body.Length, 1, 200);
        }
    }

    [Fact]
    public async Task Clients_that_do_not_read_fill_the_places_of_a_route_and_no_more()
    {
        await using var served = await StartAsync(prefix: "");
        var routes = served.Routes.Where(HasPlaces).ToList();
        Assert.NotEmpty(routes);

        foreach (var route in routes)
        {
            var clients = new List<(UnreadStream Body, Task Answer)>();
            do
            {
                var body = new UnreadStream();
                clients.Add((body, route.RequestDelegate!(Context(served, body))));
            } while (!clients[^1].Body.Begin.StartsWith("More than ", StringComparison.Ordinal) && clients.Count < 100);

            Assert.InRange(clients.Count, 3, 99);
            clients.ForEach(static client => client.Body.Read());
            await Task.WhenAll(clients.Select(static client => client.Answer));
            clients.ForEach(static client => client.Body.Dispose());
        }
    }

    [Fact]
    public async Task What_one_client_does_not_read_keeps_no_other_from_its_answer()
    {
        await using var served = await StartAsync(prefix: "");
        foreach (var route in served.Routes.Where(HasPlaces))
        {
            using var unread = new UnreadStream();
            var first = Context(served, unread);
            var waiting = route.RequestDelegate!(first);
            await unread.IsWritten;

            // Until an answer is another one: for some time the same may be given again.
            var (begun, second) = (TimeProvider.System.GetTimestamp(), first);
            do
            {
                using var read = new MemoryStream();
                second = await Task.Run(() => AnswerAsync(served, route, read), TestContext.Current.CancellationToken)
                    .WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System, TestContext.Current.CancellationToken);
                Assert.NotEqual(0, read.Length);
            } while (
                first.Response.Headers.LastModified.Count > 0
                && second.Response.Headers.LastModified == first.Response.Headers.LastModified
                && TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromMinutes(2)
            );

            Assert.False(waiting.IsCompleted);
            Assert.Equal(first.Response.StatusCode, second.Response.StatusCode);
            unread.Read();
            await waiting;
        }
    }

    private static bool HasPlaces(RouteEndpoint route) => route.Metadata.GetMetadata<AnswerPlaces>() is not null;

    private static Task<Served> StartAsync(string prefix)
    {
        RoutePrefix? path = null;
        Assert.Null(prefix.Length == 0 ? null : RoutePrefix.Read(prefix, out path));
        return Served.StartAsync(host: host => host with { Place = PublicAddresses.Create(path, url: null) });
    }

    private static async Task<DefaultHttpContext> AnswerAsync(Served served, RouteEndpoint route, Stream body)
    {
        var context = Context(served, body);
        await route.RequestDelegate!(context);
        return context;
    }

    private static DefaultHttpContext Context(Served served, Stream body) =>
        new()
        {
            RequestServices = served.Services,
            Request = { Method = HttpMethods.Get, Path = "/" },
            Response = { Body = body },
        };

    /// <summary>A body that takes nothing until it is read.</summary>
    private sealed class UnreadStream : MemoryStream
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when something has been written that waits to be read.</summary>
        public Task IsWritten => _written.Task;

        /// <summary>The text that was written first.</summary>
        public string Begin { get; private set; } = "";

        public void Read() => _read.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Begin = Begin.Length > 0 ? Begin : Encoding.UTF8.GetString(buffer.Span);
            _written.TrySetResult();
            await _read.Task;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async Task FlushAsync(CancellationToken cancellationToken)
        {
            _written.TrySetResult();
            await _read.Task;
        }
    }
}
