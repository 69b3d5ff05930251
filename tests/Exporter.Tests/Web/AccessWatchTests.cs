using Exporter.Telemetry;
using Exporter.Web.Access;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Web;

public sealed class AccessWatchTests
{
    private static readonly WebAccess Old = new() { Headers = [("X-Frame-Options", "deny")] };
    private static readonly WebAccess New = new() { Headers = [("X-Frame-Options", "deny"), ("X-Content-Type-Options", "nosniff")] };
    private WebConfigResult _next = Reading(Old, "old");
    private string _content = "old";
    private readonly Instruments _instruments = new();
    private readonly AccessWatch _watch;

    public AccessWatchTests()
    {
        _watch = new AccessWatch(
            Reading(Old, "old"),
            () => _next with { Files = [new("web.yml", _content)] },
            _ => _content,
            _instruments.WebConfig,
            TimeProvider.System,
            NullLogger<AccessWatch>.Instance
        );
        _watch.CheckFiles();
        _watch.CheckFiles();
    }

    [Fact]
    public void What_has_changed_is_in_force_once_two_looks_have_found_the_same()
    {
        (_next, _content) = (Reading(New, "new"), "new");

        _watch.CheckFiles();
        Assert.Same(Old, _watch.Current);
        _content = "new and whole";
        _watch.CheckFiles();
        Assert.Same(Old, _watch.Current);
        _watch.CheckFiles();

        Assert.Same(New, _watch.Current);
        Assert.Null(_watch.Problem);
    }

    [Fact]
    public void The_metrics_say_whether_the_last_reading_was_good()
    {
        (_next, _content) = (new WebConfigResult(Access: null, [], ["web.yml:1:1: bad"], []), "bad");
        _watch.CheckFiles();
        _watch.CheckFiles();
        Assert.Equal(0, Successful());

        (_next, _content) = (Reading(New, "new"), "new");
        _watch.CheckFiles();
        _watch.CheckFiles();
        Assert.Equal(1, Successful());

        double Successful() => ((Prometheus.Gauge)_instruments.WebConfig.All[0]).Value;
    }

    [Fact]
    public void A_bad_file_changes_nothing_and_is_told_until_it_is_mended()
    {
        (_next, _content) = (new WebConfigResult(Access: null, [], ["web.yml:1:1: bad"], []), "bad");
        _watch.CheckFiles();
        _watch.CheckFiles();

        Assert.Same(Old, _watch.Current);
        Assert.Equal("web.yml:1:1: bad", _watch.Problem);

        (_next, _content) = (Reading(New, "good"), "good");
        _watch.CheckFiles();
        _watch.CheckFiles();

        Assert.Same(New, _watch.Current);
        Assert.Null(_watch.Problem);
    }

    [Fact]
    public void Whether_there_is_TLS_is_settled_at_the_start()
    {
        (_next, _content) = (
            Reading(
                New with
                {
                    Tls = new TlsAccess { Certificate = null!, Protocols = default },
                },
                "new"
            ),
            "new"
        );
        _watch.CheckFiles();
        _watch.CheckFiles();

        Assert.Same(Old, _watch.Current);
        Assert.Contains("restart", _watch.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_between_the_start_and_the_first_look_is_found()
    {
        var watch = new AccessWatch(
            Reading(Old, "old"),
            static () => Reading(New, "new"),
            static _ => "new",
            new Instruments().WebConfig,
            TimeProvider.System,
            NullLogger<AccessWatch>.Instance
        );

        watch.CheckFiles();
        watch.CheckFiles();

        Assert.Same(New, watch.Current);
        watch.Dispose();
    }

    private static WebConfigResult Reading(WebAccess access, string content) => new(access, [new("web.yml", content)], [], []);
}
