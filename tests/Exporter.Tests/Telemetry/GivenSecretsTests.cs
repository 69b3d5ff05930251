using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Exporter.Cli;
using Exporter.Configuration;
using Exporter.EndToEnd.Fixtures;
using Exporter.Hosting;
using Exporter.Network;
using Exporter.SendGrid.Keys;
using Exporter.Telemetry;
using Exporter.Tests.Weather;
using Microsoft.Extensions.Logging;

namespace Exporter.Tests.Telemetry;

/// <summary>
/// What a receiver or a proxy is given to know the program by is a secret like an API key: whoever gets it may repeat it, in any spelling,
/// and no way out of the program has it.
/// </summary>
public sealed class GivenSecretsTests : IAsyncLifetime
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_.~:!";

    private static readonly Gen<string> Token = Gen.Char[Letters].Array[8, 60].Select(static letters => $"q{new string(letters)}7");

    /// <summary>A header, and the parts of it that are secret.</summary>
    private static readonly Gen<(string Header, string Value, string[] Secret)> Given = Gen.OneOf(
        Gen.Select(One("authorization", "Authorization", "x-team"), One("Bearer ", "Api-Token ", ""), Token)
            .Select(static (name, scheme, token) => (name, scheme + token, new[] { token })),
        Gen.Select(One("Basic ", "ApiKey "), Token)
            .Select(
                static (scheme, password) =>
                {
                    var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes($"bob:{password}"));
                    return ("authorization", scheme + encoded, new[] { password, encoded });
                }
            ),
        One("k3y7", "ab1c", "x-9z5").Select(static token => ("api-key", token, new[] { token }))
    );

    private static readonly Func<string, string>[] Spellings =
    [
        static text => text,
        static text => $"authorization: {text}",
        static text => $"No \"{text}\", try again",
        static text => $"https://x.example/{Uri.EscapeDataString(text)}?key={text}",
        static text => string.Concat(Encoding.UTF8.GetBytes(text).Select(static each => $"%{each:x2}")),
        static text => Uri.EscapeDataString(Uri.EscapeDataString(text)),
        static text => WebUtility.HtmlEncode($"<{text}>"),
        static text => string.Concat(text.Select(static letter => $"&#{(int)letter};")),
        static text => text.Replace("/", "\\/", StringComparison.Ordinal),
        static text => string.Concat(text.Select(static letter => $"\\u{(int)letter:x4}")),
        static text => $"{new string('.', 290)} {text}",
        static text => $"{new string('.', 280)} {text} {text}",
    ];

    private static readonly Gen<Func<string, string>> Spelling = One(Spellings);

    private OtlpReceiver _receiver = null!;

    public async ValueTask InitializeAsync() => _receiver = await OtlpReceiver.StartAsync();

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Fact]
    public void No_line_of_the_log_holds_what_a_receiver_is_given() =>
        Gen.Select(Given, Spelling, One(WaysOutTests.Places), Gen.Enum<LogFormat>())
            .Sample(
                static (given, spelling, place, format) =>
                {
                    foreach (var text in (string[])[given.Value, .. given.Secret])
                    {
                        using var written = new MemoryStream();
                        using (
                            var provider = new LogLinesProvider(
                                Knowing(given),
                                new LineFormatter(format, TimeProvider.System),
                                written,
                                static () => { },
                                TimeSpan.FromMinutes(1)
                            )
                        )
                        using (var factory = new LoggerFactory([provider]))
                        {
                            place.Log(factory, spelling(text));
                        }

                        AssertHides(given.Secret, Encoding.UTF8.GetString(written.ToArray()));
                    }
                },
                iter: 2000
            );

    [Fact]
    public void No_line_of_the_console_and_no_pushed_line_or_span_holds_what_a_receiver_is_given() =>
        Gen.Select(Given, Spelling)
            .Sample(
                (given, spelling) =>
                {
                    var (harmless, text) = (Knowing(given), spelling(given.Value));
                    using var console = new StringWriter();
                    using (var writer = new HarmlessWriter(console, harmless))
                    {
                        writer.WriteLine(text);
                        writer.Write(text);
                    }

                    AssertHides(given.Secret, console.ToString());

                    using (
                        var provider = new OtlpLoggerProvider(
                            harmless,
                            Target("logs", given) with
                            {
                                Endpoint = new Uri(_receiver.Address, "v1/logs"),
                            },
                            new Outgoing().Client,
                            static () => TimeSpan.FromMinutes(1)
                        )
                    )
                    using (var factory = new LoggerFactory([provider]))
                    {
                        WaysOutTests.Places[0].Log(factory, text);
                        WaysOutTests.Places[1].Log(factory, text);
                    }

                    using var span = new System.Diagnostics.Activity(text);
                    span.SetTag("any", text);
                    span.SetStatus(System.Diagnostics.ActivityStatusCode.Error, text);
                    using var spans = new HarmlessSpans(harmless);
                    spans.OnEnd(span);

                    AssertHides(given.Secret, $"{span.DisplayName} {span.StatusDescription} {span.GetTagItem("any")}");
                    Assert.All(_receiver.Requests, request => AssertHides(given.Secret, Encoding.UTF8.GetString(request.Body)));
                },
                iter: 40,
                threads: 1
            );

    /// <summary>The log had it from a partial success, from the body and the reason of a refusal, and from a message of gRPC.</summary>
    [Theory]
    [InlineData(200, false)]
    [InlineData(200, true)]
    [InlineData(401, false)]
    public async Task A_receiver_that_repeats_what_it_was_given_brings_it_into_no_line_of_the_log(int status, bool grpc)
    {
        await using var receiver = await OtlpReceiver.StartAsync(grpc);
        receiver.Status = status;
        var given = ("authorization", "Bearer otlp-Secret-Token-0123456789abcdef", new[] { "otlp-Secret-Token", "Token-0123456789abcdef" });
        foreach (var spelling in Spellings)
        {
            var harmless = Knowing(given);
            receiver.Says = spelling(given.Item2);
            using var lines = new LogLines(harmless);
            using var factory = LoggerFactory.Create(logging => logging.AddProvider(lines));
            var log = new OtlpLog(factory.CreateLogger<OtlpLog>(), harmless);
            var target = Target("traces", given) with
            {
                Endpoint = grpc ? receiver.Address : new Uri(receiver.Address, "v1/traces"),
                Protocol = grpc ? OtlpProtocol.Grpc : OtlpProtocol.HttpProtobuf,
            };
            using (var sender = new OtlpSender(target, new Outgoing().Client(TimeSpan.FromMinutes(1)), harmless))
            {
                var failure = await sender.SendAsync([], TestContext.Current.CancellationToken);
                log.Pushed("metrics", good: false, Assert.IsType<string>(failure));
            }

            using var push = new OtlpPush(
                new OtlpOptions { Traces = target },
                static () => [],
                new Outgoing().Client,
                TimeProvider.System,
                log,
                harmless
            );
            await push.StartAsync(TestContext.Current.CancellationToken);
            PollTraces.Attempt("a", "b", "c")!.Dispose();
            await push.StopAsync(TestContext.Current.CancellationToken);

            Assert.Contains(lines.All, static line => line.Contains("metrics by OTLP failed", StringComparison.Ordinal));
            Assert.All(lines.All, line => AssertHides(given.Item3, line));
        }
    }

    [Fact]
    public void A_short_value_of_another_header_and_a_part_of_a_word_stay()
    {
        var harmless = Knowing(
            ("x-scope-orgid", "1", []),
            ("x-tenant", "europe", []),
            ("x-team", "Acme Department", []),
            ("api-key", "page", [])
        );

        Assert.Equal("1 of europe, Department, 3 pages", harmless.Hide("1 of europe, Department, 3 pages"));
        Assert.Equal("3 <secret> 4", harmless.Hide("3 page 4"));
    }

    [Fact]
    public void The_headers_of_every_signal_are_hidden()
    {
        var targets = ((string[])["metrics", "traces", "logs"])
            .Select(static signal => Target(signal, ("authorization", $"Bearer secret-of-{signal}", [])))
            .ToList();
        var harmless = new Harmless();
        harmless.Learn(
            new OtlpOptions
            {
                Metrics = targets[0],
                Traces = targets[1],
                Logs = targets[2],
            }
        );

        Assert.Equal("<secret> <secret> <secret>", harmless.Hide("secret-of-metrics secret-of-traces Bearer secret-of-logs"));
    }

    /// <summary>A proxy that looks into TLS may show its own page instead of SendGrid's answer.</summary>
    [Fact]
    public void The_password_for_a_proxy_is_hidden_as_it_is_written_and_as_it_is_sent() =>
        Token.Sample(static password =>
        {
            var written = $"http://bob:{Uri.EscapeDataString(password)}@proxy.example:3128";
            var harmless = new Harmless();
            foreach (var (user, found) in ProxyPasswords.In(name => name == "https_proxy" ? written : null))
            {
                harmless.Learn(user, found);
            }

            var sent = Convert.ToBase64String(Encoding.UTF8.GetBytes($"bob:{password}"));
            var said = $"no {written}, nor Proxy-Authorization: Basic {sent}";
            AssertHides([password, sent], harmless.Hide(said));
            AssertHides([password, sent], KeyRing.Of([], harmless.Proofs).Hide(said));
        });

    /// <summary>A token for a proxy or a receiver is often given in the user's place.</summary>
    [Theory]
    [InlineData("http://t0ken-of-bob@proxy.example")]
    [InlineData("http://t0ken-of-bob:@proxy.example")]
    public void A_token_in_the_place_of_the_user_is_hidden(string proxy)
    {
        var (ofProxy, ofReceiver) = (new Harmless(), Knowing(("authorization", "Basic dDBrZW4tb2YtYm9iOg==", [])));
        ProxyPasswords.In(name => name == "HTTPS_PROXY" ? proxy : null).ForEach(each => ofProxy.Learn(each.User, each.Password));

        Assert.Equal("no <secret>, nor <secret>", ofProxy.Hide("no t0ken-of-bob, nor dDBrZW4tb2YtYm9iOg=="));
        Assert.Equal("no <secret>", ofReceiver.Hide("no t0ken-of-bob"));
    }

    /// <summary>A weak password, or the name of a data set, may be a word of links, names and log lines.</summary>
    [Theory]
    [InlineData("authorization", "Basic dXNlcjpwYXNzd29yZA==", "https://shop.example/reset-password")]
    [InlineData("authorization", "Bearer sendgrid", "https://sendgrid.com/")]
    [InlineData("x-key", "scheduled", "scheduled")]
    public void A_password_that_may_be_a_word_changes_nothing_that_the_API_tells(string header, string value, string told) =>
        Assert.Equal(told, KeyRing.Of([], Knowing((header, value, [])).Proofs).Hide(told));

    [Theory]
    [InlineData("x-honeycomb-dataset", "sendgrid-exporter", "sendgrid-exporter is up")]
    [InlineData("X-Scope-OrgID", "marketing", "GET /v3/marketing/stats")]
    [InlineData("x-plan", "Basic newsletters", "https://shop.example/newsletters-1")]
    [InlineData("x-team", "Keystone newsletters", "newsletters")]
    public void A_header_that_proves_nothing_changes_no_line(string header, string value, string line) =>
        Assert.Equal(
            line,
            header == "x-plan" ? KeyRing.Of([], Knowing((header, value, [])).Proofs).Hide(line) : Knowing((header, value, [])).Hide(line)
        );

    [Fact]
    public async Task The_program_hides_what_its_configuration_and_its_environment_give_to_others()
    {
        var otlp = new OtlpOptions { Logs = Target("logs", ("authorization", "Bearer secret-of-logs", [])) };
        var surroundings = new Surroundings
        {
            Environment = static name => name == "HTTPS_PROXY" ? "http://bob:secret-of-proxy@proxy.example" : null,
            Output = TextWriter.Null,
            Error = TextWriter.Null,
        };

        await CommandLine.RunAsync(["--version"], surroundings);
        await using var app = ExporterHost.Build(
            new ExporterOptions { Accounts = [], Otlp = otlp },
            new ServeOptions { ListenAddresses = [new ListenAddress(IPAddress.Loopback, 0)], StoragePath = "" },
            surroundings
        );

        Assert.Equal("<secret> <secret>", surroundings.Harmless.Hide("secret-of-logs secret-of-proxy"));
    }

    private static Gen<T> One<T>(params T[] all) => Gen.Int[0, all.Length - 1].Select(at => all[at]);

    private static Harmless Knowing(params (string Header, string Value, string[] Secret)[] given)
    {
        var harmless = new Harmless();
        foreach (var each in given)
        {
            harmless.Learn(new OtlpOptions { Metrics = Target("metrics", each) });
        }

        return harmless;
    }

    private static OtlpTarget Target(string signal, (string Header, string Value, string[] Secret) given)
    {
        Assert.True(OtlpHeaders.TryParse($"{given.Header}={Uri.EscapeDataString(given.Value)}", out var headers));
        return new OtlpTarget(new Uri("http://127.0.0.1:1"), OtlpProtocol.HttpProtobuf, headers!, OtlpTarget.DefaultTimeout).For(signal);
    }

    /// <summary>The secrets are not in the text, also after it has been decoded several times.</summary>
    private static void AssertHides(string[] secret, string text)
    {
        for (var level = 0; level < 5; level++)
        {
            Assert.All(secret, each => Assert.DoesNotContain(each, text, StringComparison.OrdinalIgnoreCase));
            text = Regex.Replace(
                Uri.UnescapeDataString(WebUtility.HtmlDecode(text)),
                @"\\(u[0-9a-fA-F]{4}|.)",
                static escape => escape.Length == 6 ? $"{(char)Convert.ToInt32(escape.Value[2..], 16)}" : escape.Value[1..],
                RegexOptions.ExplicitCapture,
                TimeSpan.FromSeconds(10)
            );
        }
    }
}
