using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Exporter.Web.Access;
using Exporter.Web.Connections;

namespace Exporter.Tests.Web;

public sealed class TlsListenerTests : IDisposable
{
    private readonly Certificates _certificates = new();
    private readonly X509Certificate2 _certificate;

    public TlsListenerTests() => _certificate = X509Certificate2.CreateFromPem(_certificates.Sign("prometheus").Certificate);

    public void Dispose()
    {
        _certificate.Dispose();
        _certificates.Dispose();
    }

    [Fact]
    public void Every_kind_of_name_is_read() =>
        Assert.Equal(
            ["localhost", "prometheus", "127.0.0.1", "spiffe://test/prometheus", "prometheus@test"],
            TlsListener.NamesOf(_certificate)
        );

    [Theory]
    [InlineData(nameof(ClientCertificates.RequestClientCert), SslPolicyErrors.RemoteCertificateChainErrors, null, true)]
    [InlineData(nameof(ClientCertificates.RequireAnyClientCert), SslPolicyErrors.RemoteCertificateChainErrors, null, true)]
    [InlineData(nameof(ClientCertificates.VerifyClientCertIfGiven), SslPolicyErrors.RemoteCertificateChainErrors, null, false)]
    [InlineData(nameof(ClientCertificates.RequireAndVerifyClientCert), SslPolicyErrors.RemoteCertificateChainErrors, null, false)]
    [InlineData(nameof(ClientCertificates.RequireAndVerifyClientCert), SslPolicyErrors.None, null, true)]
    [InlineData(nameof(ClientCertificates.RequireAndVerifyClientCert), SslPolicyErrors.None, "spiffe://test/prometheus", true)]
    [InlineData(nameof(ClientCertificates.RequireAndVerifyClientCert), SslPolicyErrors.None, "grafana", false)]
    [InlineData(nameof(ClientCertificates.VerifyClientCertIfGiven), SslPolicyErrors.RemoteCertificateChainErrors, "prometheus", false)]
    public void A_certificate_is_accepted_as_the_five_words_say(string asked, SslPolicyErrors errors, string? name, bool isAccepted) =>
        Assert.Equal(isAccepted, TlsListener.IsAcceptable(Asking(asked, name), _certificate, errors));

    [Theory]
    [InlineData(nameof(ClientCertificates.VerifyClientCertIfGiven))]
    [InlineData(nameof(ClientCertificates.RequireAndVerifyClientCert))]
    public void Who_shows_none_may_connect_and_gets_no_further_than_the_gate(string asked) =>
        Assert.True(TlsListener.IsAcceptable(Asking(asked, name: null), certificate: null, SslPolicyErrors.RemoteCertificateNotAvailable));

    private static TlsAccess Asking(string asked, string? name) =>
        new()
        {
            Certificate = null!,
            Protocols = SslProtocols.None,
            ClientCertificates = Enum.Parse<ClientCertificates>(asked),
            ClientNames = name is null ? [] : [name],
        };
}
