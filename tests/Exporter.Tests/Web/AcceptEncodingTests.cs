using Exporter.Web;

namespace Exporter.Tests.Web;

public sealed class AcceptEncodingTests
{
    [Theory]
    [InlineData("gzip", true)]
    [InlineData("deflate, GZIP;q=0.5", true)]
    [InlineData("*", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("*, gzip;q=0", false)]
    [InlineData("identity", false)]
    [InlineData("br, zstd", false)]
    [InlineData("", false)]
    [InlineData("gzip;q=nonsense;;", false)]
    public void Gzip_is_sent_to_those_who_take_it(string header, bool taken) => Assert.Equal(taken, Negotiation.TakesGzip(header));
}
