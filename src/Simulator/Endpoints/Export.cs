using System.Globalization;
using System.Text;

namespace Simulator;

/// <summary>Answers the CSV exports: a row per campaign and day. SendGrid publishes no header row; this one is a guess.</summary>
internal static class Export
{
    public static Reply Automations(Exchange exchange) =>
        Csv(
            exchange,
            exchange.Account!.Automations.Select(a => (a.Id, a.Name)),
            (id, zone) =>
                exchange.World.StepDays(id, DateOnly.MinValue, DateOnly.MaxValue, zone, exchange.Now).Select(d => (d.Day, d.Stats))
        );

    public static Reply SingleSends(Exchange exchange) =>
        Csv(
            exchange,
            exchange.Account!.SingleSends.Select(s => (s.Id, s.Name)),
            (id, zone) =>
                exchange.World.SingleSendDays(id, DateOnly.MinValue, DateOnly.MaxValue, zone, exchange.Now).Select(d => (d.Day, d.Stats))
        );

    private static Reply Csv(
        Exchange exchange,
        IEnumerable<(string Id, string Name)> campaigns,
        Func<string, TimeZoneInfo, IEnumerable<(DateOnly Day, Statistics Stats)>> days
    )
    {
        var query = new Parameters(exchange.Query);
        var (ids, zone) = (query.List("ids", most: 50), query.Zone("timezone"));
        if (query.Problem is { } problem)
        {
            return Reply.Error(400, problem.Message, problem.Field);
        }

        var csv = new StringBuilder("date,id,name,").AppendJoin(',', Statistics.None.ByName.Select(n => n.Key)).Append("\r\n");
        foreach (var (id, name) in campaigns.Where(c => ids.Count == 0 || ids.Contains(c.Id, StringComparer.Ordinal)))
        {
            foreach (var day in days(id, zone).GroupBy(d => d.Day, d => d.Stats))
            {
                var numbers = day.Aggregate(Statistics.Add).ByName.Select(n => n.Value);
                csv.Append(CultureInfo.InvariantCulture, $"{day.Key:yyyy-MM-dd},{id},\"{name}\",").AppendJoin(',', numbers).Append("\r\n");
            }
        }

        return Reply.Text(200, "text/csv", csv.ToString());
    }
}
