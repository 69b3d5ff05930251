using Exporter.EndToEnd.Fixtures;
using Exporter.Exposition.Families;
using Exporter.Exposition.Otlp;
using Exporter.Exposition.Text;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Tests.Exposition;

public sealed class OtlpMetricsTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(5, 3, 40)]
    [InlineData(3, 10, 900)]
    public void Every_series_of_the_page_is_pushed_however_many_there_are(int automations, int steps, int links)
    {
        var snapshot = Enumerable
            .Range(0, automations)
            .Aggregate(Walks.Begin(automations), (before, i) => before.Walk(i, i + 1, steps, links));

        var requests = OtlpMetrics.Encode(snapshot, BuildInfo.Current, Start, TimeProvider.System.GetUtcNow()).ToList();

        var pushed = requests
            .SelectMany(OtlpMetric.Read)
            .SelectMany(static metric => metric.Points.Select(point => Line(metric.Name, point.Attributes, point.Value)))
            .Order(StringComparer.Ordinal);
        Assert.Equal(Published(snapshot), pushed);
        Assert.All(requests, static request => Assert.InRange(request.Length, 1, 1_100_000));
    }

    [Fact]
    public void A_request_with_the_links_of_one_big_automation_is_divided()
    {
        var snapshot = Walks.Begin(1).Walk(0, 7, steps: 10, links: 2000);

        var requests = OtlpMetrics.Encode(snapshot, BuildInfo.Current, Start, TimeProvider.System.GetUtcNow()).ToList();

        Assert.True(requests.Count > 3);
        Assert.Equal(
            20_000,
            requests
                .SelectMany(OtlpMetric.Read)
                .Where(static metric => metric.Name is "sendgrid.automation.link.clicks")
                .Sum(static metric => metric.Points.Count)
        );
    }

    [Fact]
    public void Text_that_is_no_text_breaks_no_request()
    {
        var snapshot = Walks.Begin(1);
        var account = snapshot.Accounts[0];
        var odd = account.Campaigns[0] with { Label = "\ud800 \0 \u20ac " + new string('x', 40_000) };
        snapshot = snapshot with { Accounts = [account with { Campaigns = [odd] }] };

        var labels = OtlpMetrics
            .Encode(snapshot, BuildInfo.Current, Start, Start)
            .SelectMany(OtlpMetric.Read)
            .Where(static metric => metric.Name is "sendgrid.automation.polls")
            .SelectMany(static metric => metric.Points);

        Assert.Equal(odd.Label.Replace('\ud800', '\ufffd'), Assert.Single(labels).Attributes["automation"]);
    }

    private static List<string> Published(Snapshot snapshot)
    {
        var sink = new Lines();
        var parts = PageSubjects.FromSnapshot(snapshot, TimeProvider.System.GetUtcNow());
        sink.Take(Catalogue.Accounts, parts.Accounts);
        sink.Take(Catalogue.FamiliesOf(CampaignKind.Automation), parts.Automations);
        sink.Take(Catalogue.FamiliesOf(CampaignKind.SingleSend), parts.SingleSends);
        sink.Take(Catalogue.Exporter, [new ExporterSubject(BuildInfo.Current, sink.All.Count)]);
        return [.. sink.All.Order(StringComparer.Ordinal)];
    }

    private static string Line(string name, IReadOnlyDictionary<string, string> labels, double value) =>
        $"{name} {string.Join(',', labels.OrderBy(static label => label.Key, StringComparer.Ordinal))} {value}";

    private sealed class Lines : SampleSink
    {
        private readonly Dictionary<string, string> _scope = new(StringComparer.Ordinal);
        private MetricFamily _family = null!;
        private int _scopeLabels;

        public List<string> All { get; } = [];

        public void Take<TSubject>(IEnumerable<MetricFamily<TSubject>> families, IReadOnlyList<TSubject> parts)
            where TSubject : Subject
        {
            foreach (var family in families)
            {
                _family = family;
                foreach (var part in parts)
                {
                    Scope(part.Scope);
                    family.Write(part, this);
                }
            }
        }

        public override void Scope(params ReadOnlySpan<(string Label, string? Value)> labels)
        {
            _scope.Clear();
            _scopeLabels = labels.Length;
            foreach (var (label, value) in labels)
            {
                if (value is not null)
                {
                    _scope[label] = value;
                }
            }
        }

        public override void Sample(double value, params ReadOnlySpan<string> labels)
        {
            var all = new Dictionary<string, string>(_scope, StringComparer.Ordinal);
            for (var i = 0; i < labels.Length; i++)
            {
                all[_family.Labels[_scopeLabels + i]] = labels[i];
            }

            All.Add(Line(OpenTelemetryName.FromFamily(_family), all, value));
        }

        public override void Sample(long value, params ReadOnlySpan<string> labels) => Sample((double)value, labels);
    }
}
