using System.Text.Json;
using CsCheck;
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

    [Fact]
    public void Whatever_a_message_and_its_fields_hold_an_entry_is_one_line_that_no_terminal_obeys() =>
        Hostile.Texts.Sample(static text =>
        {
            foreach (var format in Enum.GetValues<LogFormat>())
            {
                Hostile.AssertHarmless(Line(format, [new("url", text)], text)[..^1]);
            }

            using var json = JsonDocument.Parse(Line(LogFormat.Json, [new("url", text)], text));
            Assert.Equal(text, json.RootElement.GetProperty("url").GetString());
        });

    /// <summary>A bare value means what it says: there a code would be a backslash and some letters.</summary>
    [Theory]
    [InlineData("\\u009b2J")]
    [InlineData("\\u202emoc")]
    [InlineData("\\u2028")]
    [InlineData("\\u001b")]
    public void A_value_with_a_code_in_it_is_quoted(string code) =>
        Assert.EndsWith(
            $" url=\"{code}\"\n",
            Line(LogFormat.Logfmt, [new("url", System.Text.RegularExpressions.Regex.Unescape(code))], "It failed."),
            StringComparison.Ordinal
        );

    private static string Line(LogFormat format) => Line(format, State, "It failed.");

    private static string Line(LogFormat format, KeyValuePair<string, object?>[] state, string message)
    {
        var entry = new LogEntry<KeyValuePair<string, object?>[]>(
            LogLevel.Warning,
            "Exporter.Polling.PollingService",
            default,
            state,
            exception: null,
            (_, _) => message
        );
        return new LineFormatter(format, new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero))).Line(
            LogRecord.From(entry, new Harmless())
        );
    }
}
