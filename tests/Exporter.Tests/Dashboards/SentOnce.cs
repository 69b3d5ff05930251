using Simulator;

namespace Exporter.Tests.Dashboards;

/// <summary>
/// What the program says of a world's Single Sends at any time: the same series as on its page, with that time's numbers.
/// </summary>
/// <param name="world">Where they were sent.</param>
/// <param name="account">The label <c>account</c> with a comma after it, or nothing.</param>
internal sealed class SentOnce(World world, string account)
{
    private const string Family = "sendgrid_singlesend_";

    private static readonly HashSet<string> Families =
    [
        .. Statistics.None.ByName.Select(number => Family + number.Key),
        Family + "link_clicks",
        Family + "link_info",
    ];

    /// <summary>Whether <see cref="At"/> gives the values of a metric. The other metrics of Single Sends are about their polls.</summary>
    public static bool Tells(string metric) => Families.Contains(metric);

    /// <summary>By series. A link without a click has none, and neither has an email that is not sent yet.</summary>
    public Dictionary<string, double> At(DateTimeOffset time)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var send in world.Accounts[0].SingleSends)
        {
            foreach (var (variation, phase, stats) in world.SingleSendTotals(send.Id, time))
            {
                foreach (var (name, value) in stats.ByName.Where(_ => stats.Delivered > 0))
                {
                    values[$"{Family}{name}{{{Labels(send, variation, phase)}}}"] = value;
                }
            }

            foreach (var row in world.SingleSendLinkTotals(send.Id, time))
            {
                var link = $"{Labels(send, row.Variation, row.Phase)},url_location=\"{row.Location}\"";
                values[$"{Family}link_clicks{{{link}}}"] = row.Clicks;
                values[$"{Family}link_info{{{link},url=\"{row.Url}\"}}"] = 1;
            }
        }

        return values;
    }

    private string Labels(SimulatedSingleSend send, string variation, string phase) =>
        $"{account}singlesend=\"{send.Name}\",ab_variation=\"{variation}\",ab_phase=\"{phase}\"";
}
