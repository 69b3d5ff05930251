using System.Globalization;
using System.Text.Json;

namespace Exporter.Tests.Dashboards;

/// <summary>What an engine has answered to a query over a stretch of time: a number, or none, for each series and moment.</summary>
internal sealed record Answer(IReadOnlyDictionary<(string Series, long Time), double> Points)
{
    /// <summary>Two numbers agree that are this near to each other, as a part of the greater one: nobody sees it in a panel.</summary>
    private const double Tolerance = 0.02;

    private const double Nothing = 1e-9;

    public IEnumerable<string> Series => Points.Keys.Select(point => point.Series).Distinct(StringComparer.Ordinal);

    /// <summary>Reads answers of <c>query_range</c>; a NaN is no number.</summary>
    public static Answer Read(IEnumerable<byte[]> answers)
    {
        var points = new Dictionary<(string, long), double>();
        foreach (var answer in answers)
        {
            using var json = JsonDocument.Parse(answer);
            foreach (var series in json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
            {
                // What the result of an expression is called is nothing that a panel shows, and engines differ in it.
                var name = string.Join(
                    ',',
                    series
                        .GetProperty("metric")
                        .EnumerateObject()
                        .Where(label => label.Name != "__name__")
                        .Select(label => $"{label.Name}={label.Value}")
                        .Order(StringComparer.Ordinal)
                );
                foreach (var pair in series.GetProperty("values").EnumerateArray())
                {
                    var value = double.Parse(pair[1].GetString()!, CultureInfo.InvariantCulture);
                    if (!double.IsNaN(value))
                    {
                        points[(name, pair[0].GetInt64())] = value;
                    }
                }
            }
        }

        return new(points);
    }

    public Answer Since(DateTimeOffset time) =>
        new(Points.Where(point => point.Key.Time >= time.ToUnixTimeSeconds()).ToDictionary(point => point.Key, point => point.Value));

    /// <summary>In what part of the points that either has the two agree; 1 when there are none.</summary>
    public double AgreementWith(Answer other)
    {
        var all = Points.Keys.Union(other.Points.Keys).ToList();
        return all.Count == 0 ? 1 : all.Count(point => Agree(point, other)) / (double)all.Count;
    }

    private bool Agree((string, long) point, Answer other) =>
        Points.TryGetValue(point, out var mine)
        && other.Points.TryGetValue(point, out var theirs)
        && (mine.Equals(theirs) || Math.Abs(mine - theirs) <= Nothing + (Tolerance * Math.Max(Math.Abs(mine), Math.Abs(theirs))));
}
