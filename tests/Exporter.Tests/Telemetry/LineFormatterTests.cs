using System.Text.Json;
using Exporter.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Telemetry;

public sealed class LineFormatterTests
{
    private static readonly KeyValuePair<string, object?>[] State =
    [
        new("MaxAge", TimeSpan.FromHours(1)),
        new("error", "line\nbreak \"quoted\""),
        new("ratio", 0.5),
        new("{OriginalFormat}", "…"),
    ];

    [Fact]
    public void A_line_is_logfmt_with_the_fields_of_the_message()
    {
        Assert.Equal(
            """ts=2026-01-01T12:00:00.000Z level=warn room=polling msg="It failed." max_age=3600s error="line\nbreak \"quoted\"" ratio=0.5"""
                + "\n",
            Line(LogFormat.Logfmt)
        );
    }

    [Fact]
    public void The_same_fields_are_one_json_object()
    {
        using var json = JsonDocument.Parse(Line(LogFormat.Json));

        Assert.Equal("warn", json.RootElement.GetProperty("level").GetString());
        Assert.Equal("line\nbreak \"quoted\"", json.RootElement.GetProperty("error").GetString());
        Assert.False(json.RootElement.TryGetProperty("{OriginalFormat}", out _));
    }

    private static string Line(LogFormat format)
    {
        var entry = new LogEntry<KeyValuePair<string, object?>[]>(
            LogLevel.Warning,
            "Exporter.Polling.PollingService",
            default,
            State,
            exception: null,
            static (_, _) => "It failed."
        );
        return new LineFormatter(format, new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero))).Line(entry);
    }
}
