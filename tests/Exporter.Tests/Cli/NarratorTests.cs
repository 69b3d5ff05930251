using Exporter.Cli;
using Exporter.Web.Pages;

namespace Exporter.Tests.Cli;

/// <summary>A terminal shows each thing once, with what to do about it.</summary>
public sealed class NarratorTests
{
    private static readonly TroubleStatus Unreachable = new(
        Account: null,
        "unavailable",
        "connection refused",
        "Look at base_url.",
        ["welcome"]
    );
    private static readonly OutlierStatus Dead = new(
        Account: null,
        "welcome-series",
        "id",
        "step-id",
        "welcome",
        "0",
        "https://shop.example/start",
        Some.Noon,
        WindowSeconds: 720,
        Got: 0,
        Expected: 84
    );

    [Fact]
    public void An_api_that_cannot_be_reached_is_one_line_with_the_next_step_and_told_once()
    {
        var failing = Status(HealthState.Failing, "1 of 1 campaigns are not up to date.") with { Troubles = [Unreachable] };

        var (told, lines) = Narration.Nothing.After(failing);

        Assert.Equal(["connection refused. Next: Look at base_url.", "1 of 1 campaigns are not up to date."], lines);
        Assert.Empty(told.After(failing).Lines);
        Assert.Equal(["The one campaign is up to date."], told.After(Status(HealthState.Good, "The one campaign is up to date.")).Lines);
    }

    [Fact]
    public void While_the_first_polls_are_under_way_nothing_is_told() =>
        Assert.Empty(Narration.Nothing.After(Status(HealthState.Waiting, "The first polls are under way.")).Lines);

    [Fact]
    public void A_link_that_stands_out_is_told_once_however_long_it_does_and_when_it_no_longer_does()
    {
        var good = Status(HealthState.Good, "All is well.");
        var (told, lines) = Narration.Nothing.After(good with { StandsOut = [Dead] });

        Assert.Equal(
            [
                "All is well.",
                "Stands out: https://shop.example/start in welcome-series / welcome: no click for 12 min; its siblings predict 84.",
            ],
            lines
        );
        Assert.Empty(told.After(good with { StandsOut = [Dead with { WindowSeconds = 800, Expected = 90 }] }).Lines);
        Assert.Equal(["No longer stands out: https://shop.example/start in welcome-series / welcome."], told.After(good).Lines);
    }

    [Theory]
    [InlineData(0, 84, "no click for 12 min; its siblings predict 84")]
    [InlineData(1, 84, "1 click in 12 min; its siblings predict 84")]
    [InlineData(9, 1084, "9 clicks in 12 min; its siblings predict 1\u202F084")]
    public void What_is_remarkable_is_said_in_numbers(long got, long expected, string finding) =>
        Assert.Equal(finding, (Dead with { Got = got, Expected = expected }).Finding);

    [Theory]
    [InlineData(
        "a.yml: the configuration cannot be read: there is no such file",
        "; look at what --config.file names, or leave it out and set SENDGRID_API_KEY"
    )]
    [InlineData(
        "environment: SENDGRID_API_KEY_FILE: cannot use \"/x\": there is no such file",
        "; this program must be able to read that file, which holds the key and nothing else"
    )]
    [InlineData("a.yml:1:1: poll.interval: expected a duration", "")]
    public void What_cannot_be_read_says_the_next_step(string problem, string next) => Assert.Equal(next, NextStep.For(problem));

    private static StatusModel Status(HealthState state, string summary) =>
        new(
            Some.Noon,
            "1.0",
            "abc",
            state,
            summary,
            Healthy: true,
            Ready: true,
            [],
            new ConfigurationStatus("a.yml", Some.Noon, Some.Noon, LastReadInForce: true, []),
            [],
            []
        );
}
