using static Exporter.Tests.Weather.Outcome;

namespace Exporter.Tests.Weather;

/// <summary>
/// The one table of the effects of every bad habit of the API. The fault matrix plays each line; the README of the SendGrid room shows it.
/// </summary>
internal static class Expectations
{
    private const string Probed =
        "retries once after 1.5 s; once the key counts as refused, sends one probe after 5, 10, 20 … s, up to once per interval";

    private const string Retried = "retries three times within `poll.timeout`, with a back-off; does not retry an endpoint that only fails";
    private const string RetriedThen = "retries three times, each at the time that the API named";
    private const string Refused = "gives up until the next interval, because the answer is not statistics";
    private const string NoRows = "treats it as \"no data yet\", unless the automation has had rows before";
    private const string Waits = "sends no request to this endpoint of this account until the time that the API named";
    private const string Follows = "follows it";
    private const string Rebases = "requests path and query from `base_url`; the key never goes to another origin";
    private const string Sums = "sums rows of the same identity into one series and counts the merge";
    private const string Unaffected = "does not request this";

    private const string Five = "500( 500){3}";
    private const string Limited = "429( 429){3}";

    public static IReadOnlyList<Expectation> All { get; } =
    [
        new("paged-normal", Follows),
        new("short-page=3", "goes on: only a missing `next` is the end") { Requests = "200( 200){6}" },
        new("page-clamped=50", "accepts the smaller pages")
        {
            PageSize = 100,
            LinksPerStep = 30,
            Requests = "200 200",
        },
        new("page-size-400=50", "falls back to 50 rows a page for good")
        {
            PageSize = 100,
            LinksPerStep = 30,
            Requests = "200 200",
        },
        new("token-expired", "restarts the walk once, at once, then gives up until the next interval")
        {
            First = Fails("incomplete"),
            Later = Fails("incomplete"),
            Requests = "200 200 400 200 200 400",
        },
        new("partial-sweep", Retried)
        {
            First = Fails("unavailable"),
            Later = Fails("unavailable"),
            Requests = "200( 500){4}",
        },
        new(
            "shift-between-pages",
            "restarts the walk once, at once, because a row on two pages may mean that another was missed; two equal walks are believed"
        )
        {
            Shown = Series.Shifted,
            RowsMerged = 1,
            Requests = "200( 200){5}",
        },
        new("next-token-only", Follows),
        new("next-loses-group", "restarts the walk once, at once, with its own parameters restored in `next`")
        {
            Requests = "200( 200){4}",
        },
        new("next-http", Rebases),
        new("next-foreign-host", Rebases),
        new("next-relative", Follows),
        new("next-empty-string", "treats it as the last page"),
        new("next-null", "treats it as the last page"),
        new("page-token-empty", "reads `next` only"),
        new Expectation("next-loop=self", "stops at a page that it has read before").Failing("invalid_response", "200") with
        {
            KeyIsSeen = true,
        },
        new Expectation("next-loop=cycle", "stops at a page that it has read before").Failing("invalid_response", "200 200 200") with
        {
            List = Fresh,
        },
        new("metadata-missing=absent", "treats the page as the only one") { PageSize = 50, Requests = "200" },
        new("metadata-missing=null", "treats the page as the only one") { PageSize = 50, Requests = "200" },
        new("metadata-missing=empty", "treats the page as the only one") { PageSize = 50, Requests = "200" },
        new("count-odd=float", "reads it as a number"),
        new("count-odd=missing", "does not need it"),
        new("count-odd=string", "reads it as a number"),
        new("count-odd=page", "restarts the walk once, at once; the same number of rows twice is believed")
        {
            CountMismatch = true,
            Requests = "200( 200){5}",
        },
        new("results-null", "treats it as an empty list")
        {
            First = NoData,
            Later = NoData,
            Requests = "200",
        },
        new Expectation("results-absent=absent", Refused).Failing("invalid_response", "200") with
        {
            KeyIsSeen = true,
        },
        new Expectation("results-absent=result", Refused).Failing("invalid_response", "200") with
        {
            KeyIsSeen = true,
        },
        new("total-mismatch", "shows it beside the rows and trusts the rows") { TotalIsOff = 1 },
        new("location-missing=absent", Sums) { Shown = Series.At(row => (row.StepId, "unknown")), RowsMerged = 10 },
        new("location-missing=null", Sums) { Shown = Series.At(row => (row.StepId, "unknown")), RowsMerged = 10 },
        new("step-all", Sums) { Shown = Series.At(row => ("all", row.Location.ToString())), RowsMerged = 6 },
        new("step-missing=absent", Sums) { Shown = Series.At(row => ("all", row.Location.ToString())), RowsMerged = 6 },
        new("step-missing=empty", Sums) { Shown = Series.At(row => ("all", row.Location.ToString())), RowsMerged = 6 },
        new("placeholder-url", "keeps URLs as text and escapes them"),
        new("pii-url", "shows as much of a URL as `links.url` allows") { Hidden = "person" },
        new("same-location-two-urls", Sums) { Shown = Series.FirstTwice, RowsMerged = 1 },
        new("same-url-two-locations", "keeps both apart") { Shown = Series.FirstAtTwoPlaces },
        new("exact-duplicate", Sums) { Shown = Series.FirstTwice, RowsMerged = 1 },
        new("zero-click-link-absent=1000000", "has no series for a link without a row") { Shown = Series.WithoutTheLast },
        new("link-vanishes", "drops the clicks at once; `link_present` stays at 0 for `links.missing_grace`")
        {
            Shown = Series.WithoutTheLast,
        },
        new("clicks-go-down", "follows: these are gauges")
        {
            Shown = Series.Times(clicks => Math.Max(1, clicks - Math.Max(1, clicks * 10 / 100))),
        },
        new("huge-numbers", "counts with 64 bits") { Shown = Series.Times(clicks => clicks + 8_589_934_592) },
        new("slow-growth=0", "follows; nothing is smoothed") { Shown = Series.Times(clicks => clicks * 100) },
        new("string-numbers", "reads them as numbers"),
        new("stamp-walk=0", Follows) { Shown = rows => rows.Select((row, i) => (row.StepId, row.Location.ToString(), (long)i)) },
        new("stats-404-not-ready", NoRows)
        {
            First = NoData,
            Later = Fails("not_found"),
            Requests = "404",
        },
        new("listed-but-404", NoRows)
        {
            First = NoData,
            Later = Fails("not_found"),
            Requests = "404",
        },
        new("404-empty-body", NoRows)
        {
            First = NoData,
            Later = Fails("not_found"),
            Requests = "404",
        },
        new("404-errors", NoRows)
        {
            First = NoData,
            Later = Fails("not_found"),
            Requests = "404",
        },
        new("404-{}", NoRows)
        {
            First = NoData,
            Later = Fails("not_found"),
            Requests = "404",
        },
        new("deleted-automation", "goes on polling a configured automation; stops polling a discovered one, whose values expire")
        {
            First = NoData,
            Later = Fails("not_found"),
            Requests = "404",
        },
        new("new-automation-appears", "polls a new automation after the next walk over the list, in whatever order the list is"),
        new("export-route", "leaves that row out: its path belongs to the export"),
        new("automations-undocumented=title", Unaffected),
        new("automations-undocumented=404", Unaffected),
        new("many=3x2x5", "polls every automation in the list")
        {
            First = NoData,
            Later = Fails("not_found"),
            Requests = "404",
        },
        new Expectation("401-bad-key", Probed).Failing("unauthorized", "(401( 401){0,3})?"),
        new Expectation("401-flap=3600", Probed).Failing("unauthorized", "(401( 401){0,3})?"),
        new("401-sporadic=7", "retries once after 1.5 s") { Requests = "(401 )?200( 401)? 200( 401)? 200" },
        new Expectation("refusal=address", Probed).Failing("unauthorized", "(401( 401){0,3})?"),
        new Expectation("refusal=credits", Probed).Failing("unauthorized", "(401( 401){0,3})?"),
        new Expectation("refusal=address-403", "retries once after 1.5 s, then once per interval").Failing("forbidden", "403"),
        new Expectation("refusal=blocked", "retries once after 1.5 s, then once per interval").Failing("forbidden", "403"),
        new Expectation("refusal=subuser", "retries once after 1.5 s, then once per interval").Failing("forbidden", "403"),
        new Expectation("refusal=region", "retries once after 1.5 s, then once per interval").Failing("forbidden", "451"),
        new Expectation("403-scope", "retries once after 1.5 s, then once per interval").Failing("forbidden", "403"),
        new Expectation("403-legacy-account", "retries once after 1.5 s, then once per interval").Failing("forbidden", "403"),
        new("403-sporadic=7", "retries once after 1.5 s") { Requests = "(403 )?200( 403)? 200( 403)? 200" },
        new Expectation("429-epoch=2", Waits).Failing("rate_limited", Limited) with
        {
            Quiet = 2,
        },
        new Expectation("429-clock-skew=3600/2", Waits + ", on the API's clock").Failing("rate_limited", Limited) with
        {
            Quiet = 2,
        },
        new Expectation("429-clock-skew=-3600/2", Waits + ", on the API's clock").Failing("rate_limited", Limited) with
        {
            Quiet = 2,
        },
        new Expectation("429-no-headers", "waits 1, 2, 4 … 60 s before the next request to this endpoint").Failing(
            "rate_limited",
            "429( 429){0,3}"
        ) with
        {
            Quiet = 1,
        },
        new Expectation("429-empty-body", "waits 1, 2, 4 … 60 s before the next request to this endpoint").Failing(
            "rate_limited",
            "429( 429){0,3}"
        ) with
        {
            Quiet = 1,
        },
        new Expectation("429-retry-after=2", Waits).Failing("rate_limited", Limited) with
        {
            Quiet = 2,
        },
        new Expectation("429-retry-after=date/3", Waits).Failing("rate_limited", Limited) with
        {
            Quiet = 2,
        },
        new Expectation("429-header-case=2", Waits).Failing("rate_limited", Limited) with
        {
            Quiet = 2,
        },
        new Expectation("429-reset-in-seconds=2", Waits).Failing("rate_limited", Limited) with
        {
            Quiet = 2,
        },
        new Expectation("503-retry-after=2", RetriedThen).Failing("unavailable", "503( 503){3}") with
        {
            Quiet = 2,
        },
        new Expectation("503-retry-after=date/3", RetriedThen).Failing("unavailable", "503( 503){3}") with
        {
            Quiet = 2,
        },
        new("remaining-zero-on-200=2", Waits)
        {
            Quiet = 2,
            PageSize = 50,
            Requests = "200",
        },
        new("retry-after-on-200=2", "sends no request of this endpoint about this campaign or list until the time that the API named")
        {
            Quiet = 2,
            PageSize = 50,
            Requests = "200",
        },
        new Expectation("500-burst=3600", Retried).Failing("unavailable", Five),
        new Expectation("502-html", Retried).Failing("unavailable", Five.Replace("500", "502", StringComparison.Ordinal)),
        new Expectation("502-message", Retried).Failing("unavailable", Five.Replace("500", "502", StringComparison.Ordinal)),
        new Expectation("status=503", Retried).Failing("unavailable", Five.Replace("500", "503", StringComparison.Ordinal)),
        new Expectation("status=408", Retried).Failing("unavailable", Five.Replace("500", "408", StringComparison.Ordinal)),
        new Expectation("status=400", Refused).Failing("invalid_response", "400"),
        new Expectation("status=418", Refused).Failing("invalid_response", "418"),
        new Expectation("200-html", Refused).Failing("invalid_response", "200"),
        new Expectation("redirect=301", "does not follow it: the key goes to `base_url` only").Failing("invalid_response", "301"),
        new Expectation("redirect=302", "does not follow it: the key goes to `base_url` only").Failing("invalid_response", "302"),
        new Expectation("redirect=308", "does not follow it: the key goes to `base_url` only").Failing("invalid_response", "308"),
        new Expectation("delay=3600", "gives up at `poll.timeout`").Failing("timeout", "-( -){3}"),
        new("delay=0.1", "waits"),
        new("latency=20", "waits"),
        new Expectation("hang=silent", "gives up at `poll.timeout`, whatever part of the answer has arrived").Failing(
            "timeout",
            "-( -){3}"
        ),
        new Expectation("hang=body", "gives up at `poll.timeout`, whatever part of the answer has arrived").Failing(
            "timeout",
            "200( 200){3}"
        ),
        new Expectation("reset-mid-body", Retried).Failing("unavailable", Five.Replace("500", "200", StringComparison.Ordinal)),
        new Expectation("truncated-json", Retried).Failing("unavailable", Five.Replace("500", "200", StringComparison.Ordinal)),
        new("charset-utf8", "reads the bytes, whatever charset is declared"),
        new("gzip", "requests compression and decompresses the answer"),
        new("bom", "skips it"),
        new("chunked", "reads to the end"),
        new("csv-as-json", Unaffected),
    ];
}
