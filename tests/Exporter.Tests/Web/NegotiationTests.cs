using Exporter.Exposition.Text;
using Exporter.Web;

namespace Exporter.Tests.Web;

public sealed class NegotiationTests
{
    [Theory]
    [InlineData("gzip", true)]
    [InlineData("deflate, GZIP;q=0.5", true)]
    [InlineData("*", true)]
    [InlineData("gzip;q=0.001", true)]
    [InlineData("gzip, identity;q=0.5", true)]
    [InlineData("identity;q=0, gzip;q=0.1", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("gzip;q=0.000", false)]
    [InlineData("*, gzip;q=0", false)]
    [InlineData("*;q=0", false)]
    [InlineData("gzip;q=0.5, identity", false)]
    [InlineData("identity", false)]
    [InlineData("br, zstd", false)]
    [InlineData("", false)]
    [InlineData("gzip;q=nonsense;;", false)]
    public void Gzip_is_sent_to_those_who_take_it(string header, bool taken) => Assert.Equal(taken, Negotiation.TakesGzip(header));

    [Theory]
    // Prometheus 2.x, 3.x, and one that is configured to prefer text.
    [InlineData(
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        true
    )]
    [InlineData(
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        true
    )]
    [InlineData("text/plain;version=0.0.4;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.2", false)]
    [InlineData(
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8",
        true
    )]
    [InlineData("APPLICATION/OpenMetrics-Text", true)]
    [InlineData("application/openmetrics-text; version=\"1.0.0\"; charset=utf-8", true)]
    [InlineData("application/openmetrics-text, */*", true)]
    [InlineData("application/openmetrics-text;q=0, */*", false)]
    [InlineData("application/openmetrics-text;version=0.0.1", false)]
    [InlineData("application/openmetrics-text;version=2.0.0", false)]
    [InlineData("text/plain", false)]
    [InlineData("*/*", false)]
    [InlineData("application/*", false)]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false)]
    [InlineData("application/json", false)]
    [InlineData(";;;", false)]
    [InlineData("", false)]
    public void OpenMetrics_is_sent_to_those_who_ask_for_it_before_all_else(string header, bool isOpenMetrics) =>
        Assert.Equal(isOpenMetrics ? TextFormat.OpenMetrics : TextFormat.Prometheus, Negotiation.Format(header));

    [Fact]
    public void Several_headers_are_read_as_one() =>
        Assert.Equal(TextFormat.OpenMetrics, Negotiation.Format(new(["text/plain;q=0.5", "application/openmetrics-text;version=1.0.0"])));
}
