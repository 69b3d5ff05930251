using System.Text;
using Exporter.EndToEnd.Fixtures;
using Exporter.Network;
using Exporter.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Telemetry;

/// <summary>Wherever a key or a control sequence gets into a log entry or a span, no way out of the program has it.</summary>
public sealed class WaysOutTests : IAsyncLifetime
{
    private const string First = "aBcDeFgHiJkLmNoPqRsTuV";
    private const string Second = "0123456789aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456";
    private const string Key = $"SG.{First}.{Second}";
    private const string Clears = "\u001b[2J\u009b2J\u202e";

    private static readonly string[] Texts =
    [
        Key,
        $"a {Key} b {Key}",
        $"/data/{Key}/file",
        $"https://user:{Key}@api.example/{Key}?key={Key}",
        $"{Clears}{Key}{Clears}",
        $"\"{Key}\"\r\n\\{Key}",
        $"SG.{First}{First}.{Second}",
        $"sg.{First.ToLowerInvariant()}.{Second.ToLowerInvariant()}",
    ];

    internal static readonly (string Place, Action<ILoggerFactory, string> Log)[] Places =
    [
        ("message", static (log, text) => Log(log, text, exception: null)),
        ("field", static (log, text) => LogField(log, "path", text)),
        ("field of another type", static (log, text) => LogField(log, "path", new Telling(text))),
        ("field that is formatted", static (log, text) => LogField(log, "path", (FormattableString)$"{text}")),
        ("field that is a builder", static (log, text) => LogField(log, "path", new StringBuilder(text))),
        ("name of a field", static (log, text) => LogField(log, text, 1)),
        ("template", static (log, text) => LogField(log, "{OriginalFormat}", text)),
        ("exception", static (log, text) => Log(log, "It failed.", new InvalidOperationException(text))),
        (
            "nested exception",
            static (log, text) => Log(log, "It failed.", new IOException("It broke.", new InvalidOperationException(text)))
        ),
        (
            "several exceptions",
            static (log, text) => Log(log, "It failed.", new AggregateException(new IOException("It broke."), new IOException(text)))
        ),
        ("exception that tells itself", static (log, text) => Log(log, "It failed.", new FileNotFoundException("It broke.", text))),
        (
            "category",
            static (log, text) => log.CreateLogger(text).Log(LogLevel.Warning, default, 0, exception: null, static (_, _) => "It failed.")
        ),
        (
            "event",
            static (log, text) =>
                log.CreateLogger("Exporter.Polling")
                    .Log(LogLevel.Warning, new EventId(1, text), 0, exception: null, static (_, _) => "It failed.")
        ),
        (
            "scope",
            static (log, text) =>
            {
                var logger = log.CreateLogger("Exporter.Polling");
                using var scope = logger.BeginScope(text);
                logger.Log(LogLevel.Warning, default, 0, exception: null, static (_, _) => "It failed.");
            }
        ),
    ];

    private OtlpReceiver _receiver = null!;

    public static TheoryData<string> AllPlaces => [.. Places.Select(static each => each.Place)];

    public async ValueTask InitializeAsync() => _receiver = await OtlpReceiver.StartAsync();

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Theory]
    [MemberData(nameof(AllPlaces))]
    public void No_line_of_the_log_holds_a_key_or_obeys_what_was_logged(string place)
    {
        foreach (var format in Enum.GetValues<LogFormat>())
        {
            foreach (var text in Texts)
            {
                using var written = new MemoryStream();
                var formatter = new LineFormatter(format, TimeProvider.System);
                Write(place, text, new LogLinesProvider(new Harmless(), formatter, written, static () => { }, TimeSpan.FromMinutes(1)));

                var line = Encoding.UTF8.GetString(written.ToArray());
                Assert.EndsWith("\n", line, StringComparison.Ordinal);
                AssertSecret(line);
                Hostile.AssertHarmless(line[..^1]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllPlaces))]
    public void No_pushed_line_holds_a_key_or_obeys_what_was_logged(string place)
    {
        foreach (var text in Texts)
        {
            Write(
                place,
                text,
                new OtlpLoggerProvider(new Harmless(), Target("logs"), new Outgoing().Client, static () => TimeSpan.FromMinutes(1))
            );
        }

        AssertPushesAreHarmless("logs");
        Assert.Equal(Texts.Length, _receiver.LogRecords.Count());
        Assert.All(
            _receiver.LogRecords.SelectMany(static record => record.Attributes.Append(new("body", record.Body))),
            static field => Assert.All($"{field.Key}\n{field.Value}".Split('\n'), Hostile.AssertHarmless)
        );
    }

    [Fact]
    public async Task No_pushed_span_holds_a_key_or_obeys_what_is_in_it()
    {
        var log = new OtlpLog(NullLogger<OtlpLog>.Instance, new Harmless());
        using var push = new OtlpPush(
            new OtlpOptions { Traces = Target("traces") },
            static () => [],
            new Outgoing().Client,
            TimeProvider.System,
            log,
            new Harmless()
        );
        await push.StartAsync(TestContext.Current.CancellationToken);
        foreach (var text in Texts)
        {
            using var attempt = PollTraces.Attempt(text, text, text);
            using (var request = PollTraces.Request(text, new Uri($"https://{Key}/{Key}"), static path => path))
            {
                request?.SetTag("any", new Telling(text));
                request.RequestEnded(500);
            }

            attempt.AttemptEnded(1, text, text);
        }

        await push.StopAsync(TestContext.Current.CancellationToken);

        AssertPushesAreHarmless("traces");
        Assert.InRange(_receiver.Spans.Count(), 2 * Texts.Length, int.MaxValue);
        Assert.All(
            _receiver.Spans.SelectMany(static span => span.Attributes.Values.Append(span.Name)),
            static text => Hostile.AssertHarmless(text)
        );
    }

    /// <summary>A number stays a number for the receiver, and the exception keeps the names that OpenTelemetry gives its parts.</summary>
    [Fact]
    public void A_pushed_line_has_the_fields_of_the_message()
    {
        using (
            var provider = new OtlpLoggerProvider(
                new Harmless(),
                Target("logs"),
                new Outgoing().Client,
                static () => TimeSpan.FromMinutes(1)
            )
        )
        using (var factory = new LoggerFactory([provider]))
        {
            Log(
                factory,
                "It failed.",
                new IOException("It broke."),
                new("Pages", 3),
                new("MaxAge", TimeSpan.FromHours(1)),
                new("IsLast", true)
            );
        }

        var record = Assert.Single(_receiver.LogRecords);
        Assert.Equal("It failed.", record.Body);
        Assert.Equal(
            ["3", "3600s", "true", "IOException", "It broke.", "System.IO.IOException: It broke."],
            ((string[])["Pages", "MaxAge", "IsLast", "exception.type", "exception.message", "exception.stacktrace"]).Select(name =>
                record.Attributes[name]
            )
        );
    }

    private static void Write(string place, string text, LogProvider provider)
    {
        using (provider)
        {
            using var factory = new LoggerFactory([provider]);
            Places.Single(each => each.Place == place).Log(factory, text);
        }
    }

    private OtlpTarget Target(string signal) =>
        new OtlpTarget(_receiver.Address, OtlpProtocol.HttpProtobuf, OtlpHeaders.None, OtlpTarget.DefaultTimeout).For(signal);

    private void AssertPushesAreHarmless(string signal) =>
        Assert.All(
            _receiver.Requests.Where(request => request.IsOf(signal)),
            static request =>
            {
                var text = Encoding.UTF8.GetString(request.Body);
                AssertSecret(text);
                Assert.DoesNotContain("\u001b[2J", text, StringComparison.Ordinal);
                Assert.DoesNotContain("\u009b2J", text, StringComparison.Ordinal);
                Assert.DoesNotContain("\u202e", text, StringComparison.Ordinal);
            }
        );

    /// <summary>Names of fields are written with other letters, from which a reader gets the key as well.</summary>
    private static void AssertSecret(string text)
    {
        var letters = text.Replace("_", "", StringComparison.Ordinal);
        Assert.DoesNotContain(First, letters, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Second, letters, StringComparison.OrdinalIgnoreCase);
    }

    private static void LogField(ILoggerFactory factory, string name, object value) =>
        Log(factory, "It failed.", exception: null, KeyValuePair.Create<string, object?>(name, value));

    private static void Log(ILoggerFactory factory, string message, Exception? exception, params KeyValuePair<string, object?>[] fields) =>
        factory.CreateLogger("Exporter.Polling").Log(LogLevel.Warning, default, fields, exception, (_, _) => message);

    private sealed class Telling(string text)
    {
        public override string ToString() => text;
    }
}
