using Exporter.Tests.Weather;
using Exporter.Web;
using Exporter.Web.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Logging;

namespace Exporter.Tests.Web;

public sealed class RequestFenceTests : IDisposable
{
    private readonly LogLines _lines = new();
    private readonly ILoggerFactory _logging;
    private readonly Connection _connection = new();
    private readonly DefaultHttpContext _context = new();
    private readonly MemoryStream _body = new();

    public RequestFenceTests()
    {
        _logging = LoggerFactory.Create(logging => logging.AddProvider(_lines));
        _context.Features.Set<IHttpRequestLifetimeFeature>(_connection);
        _context.Features.Set<IHttpResponseFeature>(_connection);
        _context.Response.Body = _body;
    }

    public void Dispose()
    {
        _logging.Dispose();
        _lines.Dispose();
        _body.Dispose();
    }

    /// <summary>A path may hold anything, even a key.</summary>
    [Fact]
    public async Task A_failure_of_the_program_is_a_503_and_one_line_that_names_the_route_and_not_the_path()
    {
        _context.Request.Path = "/automation/SG.secret";
        _context.SetEndpoint(
            new RouteEndpoint(
                static _ => Task.CompletedTask,
                RoutePatternFactory.Parse("/automation/{id}"),
                0,
                metadata: null,
                displayName: null
            )
        );

        await PassAsync(static _ => throw new InvalidOperationException("out of luck"));

        Assert.Equal((503, false), (_context.Response.StatusCode, _connection.IsAborted));
        Assert.DoesNotContain("luck", Answer, StringComparison.Ordinal);
        var line = Assert.Single(_lines.All);
        Assert.Contains("/automation/{id}", line, StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException: out of luck", line, StringComparison.Ordinal);
        Assert.Contains(nameof(RequestFenceTests), line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(431)]
    public async Task A_bad_request_gets_its_own_status_and_no_line(int status)
    {
        await PassAsync(_ => throw new BadHttpRequestException("too \"odd\" <for words>", status));

        Assert.Equal((status, "The request cannot be read.\n"), (_context.Response.StatusCode, Answer));
        Assert.Empty(_lines.All);
    }

    [Fact]
    public async Task Of_the_answer_that_was_planned_only_the_headers_of_every_answer_are_sent()
    {
        await PassAsync(static context =>
        {
            context.Response.StatusCode = 200;
            context.Response.Headers.ContentEncoding = "gzip";
            context.Response.Headers["content-disposition"] = "attachment";
            context.Response.ContentLength = 1_000_000;
            context.Response.Headers.XContentTypeOptions = "nosniff";
            throw new InvalidOperationException();
        });

        Assert.Equal(
            ["Content-Length", "Content-Type", "X-Content-Type-Options"],
            _context.Response.Headers.Keys.Order(StringComparer.Ordinal)
        );
        Assert.Equal(_body.Length, _context.Response.ContentLength);
    }

    /// <summary>Half an answer must not look like a whole one.</summary>
    [Fact]
    public async Task An_answer_that_has_begun_is_broken_off()
    {
        _connection.Begin();

        await PassAsync(static _ => throw new InvalidOperationException());

        Assert.Equal((true, 200, ""), (_connection.IsAborted, _context.Response.StatusCode, Answer));
        Assert.Single(_lines.All);
    }

    [Theory]
    [InlineData(true, typeof(InvalidOperationException))]
    [InlineData(true, typeof(OperationCanceledException))]
    [InlineData(false, typeof(ConnectionResetException))]
    [InlineData(false, typeof(ConnectionAbortedException))]
    public async Task A_client_that_has_gone_gets_no_answer_and_the_log_no_line(bool hasGone, Type failure)
    {
        _connection.RequestAborted = new CancellationToken(hasGone);

        await PassAsync(_ => throw (Exception)Activator.CreateInstance(failure, "gone")!);

        Assert.Equal((true, ""), (_connection.IsAborted, Answer));
        Assert.Empty(_lines.All);
    }

    [Fact]
    public async Task A_connection_counts_as_in_use_during_its_request_and_no_longer_even_when_that_fails()
    {
        using var seat = new ConnectionTable(most: 10).Enter(static () => { });
        _context.Features.Set(seat);
        var during = 0;

        await PassAsync(_ =>
        {
            during = seat.Requests;
            throw new InvalidOperationException();
        });

        Assert.Equal((1, 0), (during, seat.Requests));
    }

    private string Answer => System.Text.Encoding.UTF8.GetString(_body.ToArray());

    private Task PassAsync(RequestDelegate next) => new RequestFence(_logging.CreateLogger<RequestFence>()).PassAsync(_context, next);

    /// <summary>What the server knows of one request.</summary>
    private sealed class Connection : HttpResponseFeature, IHttpRequestLifetimeFeature
    {
        private bool _hasStarted;

        public override bool HasStarted => _hasStarted;

        public CancellationToken RequestAborted { get; set; }

        public bool IsAborted { get; private set; }

        public void Abort() => IsAborted = true;

        public void Begin() => _hasStarted = true;
    }
}
