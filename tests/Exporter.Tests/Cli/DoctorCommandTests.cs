using System.Text.RegularExpressions;
using Exporter.Tests.SendGrid;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.Cli;

[Collection(nameof(OnVirtualTime))]
public sealed partial class DoctorCommandTests
{
    private readonly VirtualMachine _machine = new() { Network = Clients.Network };

    private const string Unknown = "00000000-0000-4000-8000-000000000000";

    [Fact]
    public async Task When_all_is_well_every_check_is_ok()
    {
        await using var simulated = await StartAsync();

        var (code, checks, _) = await ExamineAsync(simulated, Listed(simulated.World.Accounts[0].Automations[0].Id));

        Assert.Equal(0, code);
        Assert.Equal(
            ["API reachable", "automation mine", "clock", "key accepted", "list of automations", "scopes"],
            checks.Keys.Order(StringComparer.Ordinal)
        );
        Assert.All(checks.Values, check => Assert.Equal("ok", check.Result));
    }

    [Fact]
    public async Task A_bad_key_is_told_from_an_api_that_cannot_be_reached()
    {
        await using var simulated = await StartAsync();

        var (code, checks, output) = await ExamineAsync(simulated, key: "SG.wrong");

        Assert.Equal(3, code);
        Assert.Equal("ok", checks["API reachable"].Result);
        Assert.Equal("FAILED", checks["key accepted"].Result);
        Assert.DoesNotContain("SG.wrong", output, StringComparison.Ordinal);
        Assert.Contains(
            "1 of 3 checks failed. What to do:\n  line 3 (default, key accepted): Check that the whole key, from SG. on, is where the "
                + "configuration names it.",
            output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_api_that_does_not_answer_ends_the_examination()
    {
        await using var simulated = await StartAsync();
        var configuration = Commands
            .Account(simulated)
            .Replace(simulated.BaseUrl.ToString(), "http://127.0.0.1:9/", StringComparison.Ordinal);

        var (code, output, _) = await _machine.RunAsync("doctor", configuration);

        Assert.Equal(3, code);
        Assert.Equal(("FAILED", "base_url: connection refused"), Assert.Single(Checks(output)).Value);
    }

    [Fact]
    public async Task An_answer_without_a_date_is_an_answer()
    {
        await using var server = new WireServer(static _ =>
            WireServer.Ok("""{"scopes":["marketing.read","marketing.automation.read"],"results":[]}""")
        );

        var (code, output, _) = await _machine.RunAsync(
            "doctor",
            $"""
            accounts:
              - api_key: SG.x
                base_url: {server.BaseUrl}
            """
        );

        Assert.Equal(0, code);
        Assert.Equal(["API reachable", "key accepted", "list of automations", "scopes"], Checks(output).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_missing_scope_is_named()
    {
        await using var simulated = await StartAsync();
        simulated.Behaviours.Add("403-scope");

        var (code, checks, _) = await ExamineAsync(simulated);

        Assert.Equal(3, code);
        Assert.Equal("FAILED", checks["list of automations"].Result);
        Assert.Contains("marketing.automation.read", checks["list of automations"].Detail, StringComparison.Ordinal);
    }

    /// <summary>A key that reads everything does not need to be changed because a list says that it cannot.</summary>
    [Theory]
    [InlineData("""{"scopes":["marketing.read"]}""", 0, "warning")]
    [InlineData("""{"scopes":[null,7,{},"marketing.automation.read","marketing.read"]}""", 0, "ok")]
    [InlineData("""{"scopes":"all"}""", 0, "warning")]
    [InlineData("""{"scopes":[]}""", 3, "FAILED")]
    public async Task A_scope_that_is_missing_from_the_list_while_all_can_be_read_is_a_warning(string scopes, int exitCode, string result)
    {
        await using var server = new WireServer(head =>
            head.StartsWith("GET /v3/scopes ", StringComparison.Ordinal) ? WireServer.Ok(scopes)
            : exitCode != 0 && head.Contains("/links?", StringComparison.Ordinal) ? WireServer.Answer("403 Forbidden", "{}")
            : WireServer.Ok($$"""{"results":[{"id":"{{Clients.Automation}}","clicks":0}]}""")
        );

        var (code, output, _) = await _machine.RunAsync(
            "doctor",
            $$"""
            poll: {timeout: 60s}
            accounts:
              - api_key: SG.x
                base_url: {{server.BaseUrl}}
                automations: {list: [{id: {{Clients.Automation}}, name: mine}]}
            """
        );

        Assert.Equal((result, exitCode), (Checks(output)["scopes"].Result, code));
        Assert.Equal(result is "warning", output.Contains("with a warning. What to do:\n  line ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_automation_that_nobody_knows_is_a_wrong_id()
    {
        await using var simulated = await StartAsync();

        var (code, checks, _) = await ExamineAsync(simulated, Listed(Unknown));

        Assert.Equal(3, code);
        Assert.Equal("FAILED", checks["automation mine"].Result);
        Assert.Contains("a wrong id", checks["automation mine"].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_is_off_is_measured()
    {
        var slow = new VirtualMachine(_machine.Clock.GetUtcNow().AddMinutes(-10)) { Network = _machine.Network };
        await using var simulated = await slow.SimulateAsync(WorldOptions.Sized(1, 1, 1, 1));

        var (code, checks, _) = await ExamineAsync(simulated);

        Assert.Equal(3, code);
        Assert.Equal("FAILED", checks["clock"].Result);
        Assert.Matches("the API's clock is (599|600|601|602) s behind", checks["clock"].Detail);
    }

    [Theory]
    [InlineData("outlet-store", 0, "ok", "outlet-store")]
    [InlineData("nobody", 3, "FAILED", "nobody: 403")]
    public async Task A_subuser_is_asked_for_by_name(string subuser, int exitCode, string result, string detail)
    {
        await using var simulated = await _machine.SimulateAsync(WorldOptions.Several());

        var (code, checks, _) = await ExamineAsync(simulated, $"    on_behalf_of: {subuser}");

        Assert.Equal(exitCode, code);
        Assert.Equal(result, checks["subuser"].Result);
        Assert.StartsWith(detail, checks["subuser"].Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("403-scope", "Give the key read access")]
    [InlineData("500-burst=3600", "check status.sendgrid.com")]
    [InlineData("200-html", "A page for people answers instead of SendGrid's API")]
    public async Task Every_check_that_failed_says_what_to_do(string behaviour, string remedy)
    {
        await using var simulated = await StartAsync();
        simulated.Behaviours.Add(behaviour);

        var (code, checks, output) = await ExamineAsync(simulated);

        Assert.Equal(3, code);
        Assert.Equal(
            checks.Count(check => check.Value.Result is "FAILED"),
            Regex.Count(output, @"^  line \d+ \(default, [^)]+\): \w.{20,}\.$", RegexOptions.Multiline, TimeSpan.FromSeconds(1))
        );
        Assert.Contains(remedy, output, StringComparison.Ordinal);
    }

    public static MatrixTheoryData<string, string, bool> OtherServers() =>
        new(
            [
                "200 OK",
                "204 No Content",
                "400 Bad Request",
                "403 Forbidden",
                "404 Not Found",
                "405 Method Not Allowed",
                "410 Gone",
                "501 Not",
            ],
            ["", "{}", "[]", "null", """{"message":"no route"}""", "<html><body>no route</body></html>"],
            [false, true]
        );

    /// <summary>A wrong address, or a proxy without the route: whatever it says to everything, it is not well.</summary>
    [Theory]
    [MemberData(nameof(OtherServers))]
    public async Task A_server_that_is_not_SendGrids_API_is_not_well(string status, string body, bool discover)
    {
        await using var server = new WireServer(_ => WireServer.Answer(status, body));

        var (code, output, _) = await _machine.RunAsync(
            "doctor",
            $$"""
            poll: {timeout: 60s}
            accounts:
              - api_key: SG.x
                base_url: {{server.BaseUrl}}
                automations: {discover: {{(discover ? "true" : "false")}}, list: [{id: {{Clients.Automation}}}]}
            """
        );

        Assert.Equal(3, code);
        Assert.Equal(
            status is "404 Not Found" && body is not ['<', ..],
            output.Contains("it answered 404 to everything", StringComparison.Ordinal)
        );
        Assert.DoesNotContain("copy the ID", output, StringComparison.Ordinal);
    }

    /// <summary>Only where all answers are 404: another one says itself what is wrong.</summary>
    [Theory]
    [InlineData("500 Internal Server Error", "check status.sendgrid.com")]
    [InlineData("403 Forbidden", "Give the key read access")]
    public async Task A_list_of_scopes_that_is_not_there_says_nothing_about_a_list_that_fails(string status, string remedy)
    {
        await using var server = new WireServer(head =>
            WireServer.Answer(head.StartsWith("GET /v3/marketing/", StringComparison.Ordinal) ? status : "404 Not Found", "{}")
        );

        var (code, output, _) = await _machine.RunAsync(
            "doctor",
            $"poll: {{timeout: 60s}}\naccounts:\n  - api_key: SG.x\n    base_url: {server.BaseUrl}\n"
        );

        Assert.Equal((3, "ok", "FAILED"), (code, Checks(output)["key accepted"].Result, Checks(output)["list of automations"].Result));
        Assert.Contains(remedy, output, StringComparison.Ordinal);
    }

    /// <summary>An operator excludes what cannot be read, and the program never asks for it.</summary>
    [Fact]
    public async Task Where_nothing_is_configured_one_is_tried_that_discovery_polls()
    {
        await using var simulated = await StartAsync();
        var automations = simulated.World.Accounts[0].Automations;

        var excluded = string.Join(", ", automations.Skip(1).Select(static automation => automation.Id));
        var (_, some, _) = await ExamineAsync(simulated, $"    automations: {{exclude: [{excluded}]}}");
        Assert.Contains($"automation {automations[0].Id}", some.Keys);

        excluded = string.Join(", ", automations.Select(static automation => automation.Id));
        var (code, none, _) = await ExamineAsync(simulated, $"    automations: {{exclude: [{excluded}]}}");
        Assert.Equal(0, code);
        Assert.DoesNotContain(none.Keys, static check => check.StartsWith("automation ", StringComparison.Ordinal));
    }

    /// <summary>Without discovery serve never asks for a list, so a key that may not read it is good enough.</summary>
    [Theory]
    [InlineData("automations: {discover: false, list: [{id: ID}]}", "on_behalf_of: outlet-store", "clicks", 0, "warning")]
    [InlineData("automations: {discover: false, list: [{id: ID}]}", "page_size: 50", "clicks", 0, "warning")]
    [InlineData("automations: {discover: false, list: [{id: ID}]}", "page_size: 50", "nothing", 0, "warning")]
    [InlineData("automations: {discover: true, list: [{id: ID}]}", "page_size: 50", "clicks", 3, "FAILED")]
    [InlineData("automations: {discover: true, list: [{id: ID}]}", "on_behalf_of: outlet-store", "clicks", 3, "FAILED")]
    [InlineData("single_sends: {discover: false, list: [{id: ID}]}", "automations: {discover: false}", "clicks", 0, "warning")]
    [InlineData("single_sends: {discover: true, list: [{id: ID}]}", "automations: {discover: false}", "clicks", 3, "FAILED")]
    public async Task A_list_that_serve_does_not_need_may_be_refused(string polled, string more, string found, int exitCode, string result)
    {
        await using var server = new WireServer(head =>
            head.StartsWith("GET /v3/scopes ", StringComparison.Ordinal) ? WireServer.Ok("""{"scopes":["marketing.read"]}""")
            : !head.Contains(Clients.Automation, StringComparison.Ordinal) ? WireServer.Answer("403 Forbidden", "{}")
            : WireServer.Ok(
                found is "nothing"
                    ? """{"results":[]}"""
                    : $$"""{"results":[{"id":"{{Clients.Automation}}","step_id":"s","url_location":0,"clicks":1}]}"""
            )
        );

        var (code, output, _) = await _machine.RunAsync(
            "doctor",
            $$"""
            poll: {timeout: 60s}
            accounts:
              - api_key: SG.x
                base_url: {{server.BaseUrl}}
                {{polled.Replace("ID", Clients.Automation, StringComparison.Ordinal)}}
                {{more}}
            """
        );

        Assert.Equal(exitCode, code);
        var lists = Checks(output)
            .Where(static check => check.Key.StartsWith("list of ", StringComparison.Ordinal) || check.Key == "subuser");
        Assert.NotEmpty(lists);
        Assert.All(lists, check => Assert.Equal(result, check.Value.Result));
    }

    private Task<SimulatedSendGrid> StartAsync() => _machine.SimulateAsync(WorldOptions.Sized(1, 2, 2, 3));

    private static string Listed(string id) => $"    automations: {{list: [{{id: {id}, name: mine}}]}}";

    private async Task<(int ExitCode, Dictionary<string, (string Result, string Detail)> Checks, string Output)> ExamineAsync(
        SimulatedSendGrid simulated,
        string more = "",
        string? key = null
    )
    {
        var (code, output, _) = await _machine.RunAsync("doctor", Commands.Account(simulated, more, key));
        return (code, Checks(output), output);
    }

    private static Dictionary<string, (string Result, string Detail)> Checks(string output) =>
        Row()
            .Matches(output)
            .ToDictionary(row => row.Groups["check"].Value, row => (row.Groups["result"].Value, row.Groups["detail"].Value.Trim()));

    [GeneratedRegex(
        @"^ *\d+ +default {2,}(?<check>.+?) {2,}(?<result>ok|warning|FAILED) +(?<detail>.*?) *$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Row();
}
