using System.Net;
using System.Text;
using Exporter.EndToEnd.Fixtures;
using Simulator;

namespace Exporter.EndToEnd;

/// <summary>What a receiver of OpenTelemetry data gets.</summary>
public sealed class OtlpTests : IDisposable
{
    private const string Token = "hunter2 =100%; and more";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task A_receiver_gets_exactly_the_values_of_metrics(string protocol)
    {
        await using var receiver = await OtlpReceiver.StartAsync(grpc: protocol == "grpc");
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        await using var exporter = await ExporterProcess.StartAsync(
            _directory,
            Pushing(
                sendGrid,
                $"""
                otlp:
                  endpoint: {receiver.Address}
                  protocol: {protocol}
                  headers_file: {_directory.Write("headers", $"Authorization=Bearer%20{Uri.EscapeDataString(Token)}\nx-tenant=7\n")}
                  interval: 1s

                """
            )
        );
        var page = await Eventually.GetAsync(exporter.ScrapeAsync, page => Configured.IsPolled(page, sendGrid));
        var expected = page.Samples.Where(IsOfTheSnapshot);

        await Eventually.EqualAsync(expected, () => Task.FromResult<IReadOnlyList<Sample>>([.. LastPush(receiver).SelectMany(Samples)]));

        var pushed = LastPush(receiver).ToList();
        Assert.All(pushed, metric => Assert.Equal(page.Types[PrometheusName(metric)] == "counter", metric.IsCounter));
        Assert.Equal("{click}", pushed.First(metric => metric.Name is "sendgrid.automation.link.clicks").Unit);
        Assert.Equal("sendgrid-exporter", pushed[0].Resource["service.name"]);
        Assert.Equal(page["sendgrid_exporter_build_info"].Single()["version"], pushed[0].Resource["service.version"]);
        Assert.All(
            receiver.Requests,
            request =>
            {
                Assert.Equal($"Bearer {Token}", request.Headers["Authorization"]);
                Assert.Equal("7", request.Headers["x-tenant"]);
            }
        );
        Assert.DoesNotContain(Token, exporter.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variables_of_the_environment_are_enough_and_traces_and_logs_come_when_asked_for()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var environment = new Dictionary<string, string>(Configured.ByEnvironment(sendGrid), StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address.ToString(),
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
            ["OTEL_TRACES_EXPORTER"] = "otlp",
            ["OTEL_LOGS_EXPORTER"] = "otlp",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test",
        };
        await using var exporter = await ExporterProcess.StartAsync(_directory, [], environment);
        var automations = sendGrid.World.Accounts[0].Automations.Count;
        await Eventually.TrueAsync(() => receiver.Metrics.Any(metric => metric.Name is "sendgrid.automation.link.clicks"));
        await Eventually.TrueAsync(() => FirstPolls().Count == automations);
        await Eventually.TrueAsync(() => receiver.LogRecords.Any(record => record.Body is "The list of automations changed."));

        Assert.Equal("test", receiver.Metrics.First().Resource["deployment.environment.name"]);
        Assert.All(
            FirstPolls(),
            poll =>
            {
                Assert.Equal("", poll.Parent);
                Assert.False(poll.Failed);
                var requests = receiver.Spans.Where(span => span.Parent == poll.SpanId).ToList();
                Assert.Equal(poll.Attributes["sendgrid.pages"], requests.Count.ToString());
                Assert.All(
                    requests,
                    request =>
                    {
                        Assert.Equal(poll.TraceId, request.TraceId);
                        Assert.Equal("200", request.Attributes["http.response.status_code"]);
                        Assert.InRange(request.End, poll.Start, poll.End);
                    }
                );
            }
        );
        Assert.Contains(receiver.Spans, span => span.Name is "discover automations");
        Assert.All(
            receiver.Requests,
            request =>
            {
                var text = Encoding.UTF8.GetString(request.Body);
                Assert.DoesNotContain(sendGrid.World.Accounts[0].ApiKey, text, StringComparison.Ordinal);
                Assert.DoesNotContain("page_size", text, StringComparison.Ordinal);
            }
        );

        // A span is pushed after those below it.
        List<OtlpSpan> FirstPolls() =>
            [
                .. receiver
                    .Spans.Where(span => span.Name is "poll automation")
                    .DistinctBy(span => span.Attributes["sendgrid.campaign"], StringComparer.Ordinal),
            ];
    }

    [Fact]
    public async Task What_has_not_been_pushed_yet_is_pushed_at_the_stop()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        string[] arguments = [.. Pushing(sendGrid, $"otlp: {{endpoint: '{receiver.Address}', interval: 1h}}\n"), "--storage.path="];

        // The last push gets a second and a half; where that is not enough, one of the next is quicker.
        await Eventually.TrueAsync(async () =>
        {
            await using var exporter = await ExporterProcess.StartAsync(_directory, arguments);
            await Eventually.GetAsync(exporter.ScrapeAsync, page => Configured.IsPolled(page, sendGrid));
            Assert.Equal(0, await exporter.StopAsync());
            return receiver.Metrics.Any(metric => metric.Name is "sendgrid.automation.link.clicks");
        });
    }

    [Fact]
    public async Task The_demo_is_pushed_too()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var exporter = await ExporterProcess.StartAsync(
            _directory,
            ["--demo"],
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address.ToString(),
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
            }
        );

        await Eventually.TrueAsync(() => receiver.Metrics.Any(metric => metric.Name is "sendgrid.automation.link.clicks"));
    }

    [Fact]
    public async Task A_receiver_that_refuses_is_reported_once_and_harms_nothing()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        receiver.Status = (int)HttpStatusCode.Unauthorized;
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        await using var exporter = await ExporterProcess.StartAsync(
            _directory,
            Pushing(sendGrid, $"otlp: {{endpoint: '{receiver.Address}', interval: 1s}}\n")
        );

        await Eventually.TrueAsync(() => exporter.Error.Contains("A push of metrics by OTLP failed", StringComparison.Ordinal));
        await Eventually.GetAsync(exporter.ScrapeAsync, page => Configured.IsPolled(page, sendGrid));
        receiver.Status = (int)HttpStatusCode.OK;
        await Eventually.TrueAsync(() => exporter.Error.Contains("Pushing metrics by OTLP works again.", StringComparison.Ordinal));

        Assert.Contains(
            "401",
            Assert.Single(exporter.Complaints, line => line.Contains("OTLP", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_receiver_that_never_answers_does_not_hold_up_the_stop()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        receiver.Status = 0;
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        await using var exporter = await ExporterProcess.StartAsync(
            _directory,
            Pushing(sendGrid, $"otlp: {{endpoint: '{receiver.Address}', interval: 1s, timeout: 10m, traces: true, logs: true}}\n")
        );
        await Eventually.GetAsync(exporter.ScrapeAsync, page => Configured.IsPolled(page, sendGrid));

        Assert.Equal(0, await exporter.StopAsync());
    }

    /// <summary>Everything is polled once and then stands still.</summary>
    private string[] Pushing(SimulatedSendGrid sendGrid, string section)
    {
        var arguments = Configured.ByFile(_directory, sendGrid);
        File.AppendAllText(arguments[^1], section);
        return arguments;
    }

    /// <summary>The exporter's own instruments are not pushed: the requests and the saved state.</summary>
    private static bool IsOfTheSnapshot(Sample sample) =>
        sample.Name.StartsWith("sendgrid_", StringComparison.Ordinal)
        && !sample.Name.StartsWith("sendgrid_exporter_", StringComparison.Ordinal)
        && (!sample.Name.StartsWith("sendgrid_api_", StringComparison.Ordinal) || sample.Name is "sendgrid_api_budget_utilization_ratio");

    /// <summary>Each metric as it was pushed last.</summary>
    private static IEnumerable<OtlpMetric> LastPush(OtlpReceiver receiver) =>
        receiver
            .Metrics.GroupBy(metric => metric.Name, StringComparer.Ordinal)
            .Select(pushes => pushes.Last())
            .Where(metric => !metric.Name.StartsWith("sendgrid.exporter.", StringComparison.Ordinal));

    private static IEnumerable<Sample> Samples(OtlpMetric metric) =>
        metric.Points.Select(point => new Sample(PrometheusName(metric), point.Attributes, point.Value));

    /// <summary>The name that the standard's rules for Prometheus give a metric.</summary>
    private static string PrometheusName(OtlpMetric metric) =>
        metric.Name.Replace('.', '_')
        + (
            metric.Unit switch
            {
                "s" => "_seconds",
                "1" => "_ratio",
                _ => "",
            }
        )
        + (metric.IsCounter ? "_total" : "");
}
