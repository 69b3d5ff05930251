using System.Globalization;
using System.Text.Json;

namespace Exporter.EndToEnd.Fixtures;

/// <summary>Remembers what a program served and what it said to have saved, and holds what is served after a kill against it.</summary>
internal sealed class KeptWalks
{
    private readonly Dictionary<(string Automation, double At), string> _walks = [];
    private readonly Dictionary<string, double> _saved = new(StringComparer.Ordinal);
    private IReadOnlyList<(string Automation, double At)> _newest = [],
        _beforeLastSave = [];
    private double _lastSave;

    /// <summary>Automations of which a save is known.</summary>
    public int Confirmed => _saved.Count;

    /// <summary>Whether a save of the program that runs is known.</summary>
    public bool HasConfirmed { get; private set; }

    /// <summary>Restored walks that had been scraped before the kill.</summary>
    public int Recognised { get; private set; }

    public int Served { get; private set; }

    /// <summary>Restored walks that the observed changes were held against.</summary>
    public int Agreed { get; private set; }

    /// <summary>Looks at a page of a program that runs.</summary>
    public void Watch(PrometheusText page)
    {
        AssertComplete(page);
        foreach (var (automation, at) in Times(page))
        {
            _walks[(automation, at)] = Numbers(page, automation);
        }

        // What a page showed before a save had ended is in the next save: that one began later.
        var save = page["sendgrid_exporter_state_last_save_timestamp_seconds"].Single().Value;
        if (save > _lastSave)
        {
            foreach (var (automation, at) in _beforeLastSave)
            {
                _saved[automation] = at;
                HasConfirmed = true;
            }

            (_lastSave, _beforeLastSave) = (save, _newest);
        }

        _newest = [.. Times(page)];
    }

    /// <summary>What a start serves is one walk of each automation, not older than what is known to be saved.</summary>
    public void AssertServedBy(PrometheusText page, string when)
    {
        (_newest, _beforeLastSave, _lastSave, HasConfirmed) = ([], [], 0, false);
        AssertComplete(page);
        var served = Times(page).ToDictionary(walk => walk.Automation, walk => walk.At, StringComparer.Ordinal);
        Assert.All(
            _saved,
            saved => Assert.True(served.GetValueOrDefault(saved.Key) >= saved.Value, $"{saved.Key} is older than saved, {when}")
        );
        foreach (var (automation, at) in served)
        {
            Served++;
            if (_walks.TryGetValue((automation, at), out var numbers))
            {
                Recognised++;
                Assert.Equal(numbers, Numbers(page, automation));
            }
        }
    }

    /// <summary>The observed changes were saved together with the walk: at its time they are the restored totals.</summary>
    public async Task AssertAgreesAsync(ExporterProcess exporter, PrometheusText page)
    {
        var untried = page["sendgrid_automation_polls_total"]
            .Where(static polls => polls.Value == 0)
            .Select(Automation)
            .ToHashSet(StringComparer.Ordinal);
        if (Times(page).FirstOrDefault(walk => untried.Contains(walk.Automation)) is not { Automation: { } automation } restored)
        {
            return;
        }

        var names = automation.Split('/');
        using var history = await JsonDocument.ParseAsync(
            await exporter.Http.GetStreamAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"api/v1/history?account={names[0]}&automation={names[1]}&to={restored.At + 0.0005}"
                ),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(
            page["sendgrid_automation_link_clicks"]
                .Where(link => Automation(link) == automation)
                .Select(static link => $"{link["step_id"]} {link["url_location"]}: {link.Value}")
                .Order(StringComparer.Ordinal),
            history
                .RootElement.GetProperty("links")
                .EnumerateArray()
                .Select(static link => (Link: link, Total: link.GetProperty("clicks").EnumerateArray().Last().GetProperty("total")))
                .Where(static link => link.Total.ValueKind == JsonValueKind.Number)
                .Select(static link =>
                    $"{link.Link.GetProperty("step_id").GetString()} {link.Link.GetProperty("url_location").GetString()}: "
                    + $"{link.Total.GetInt64()}"
                )
                .Order(StringComparer.Ordinal)
        );
        Agreed++;
    }

    /// <summary>The API's own total is of the same walk as the links, so half a walk or two mixed ones do not add up.</summary>
    private static void AssertComplete(PrometheusText page)
    {
        var sums = page["sendgrid_automation_link_clicks"]
            .GroupBy(Automation, StringComparer.Ordinal)
            .ToDictionary(
                static automation => automation.Key,
                static automation => automation.Sum(static link => link.Value),
                StringComparer.Ordinal
            );
        Assert.All(
            page["sendgrid_automation_reported_clicks"],
            total => Assert.Equal(total.Value, sums.GetValueOrDefault(Automation(total)))
        );
    }

    private static IEnumerable<(string Automation, double At)> Times(PrometheusText page) =>
        page["sendgrid_automation_last_success_timestamp_seconds"]
            .Where(static success => success.Value > 0)
            .Select(static success => (Automation(success), success.Value));

    /// <summary>Every number of one automation.</summary>
    private static string Numbers(PrometheusText page, string automation) =>
        string.Join(
            '\n',
            page.Samples.Where(sample =>
                    sample.Name.StartsWith("sendgrid_automation_link_clicks", StringComparison.Ordinal)
                    || sample.Name.StartsWith("sendgrid_automation_step_", StringComparison.Ordinal)
                )
                .Where(sample => !sample.Name.EndsWith("_info", StringComparison.Ordinal) && Automation(sample) == automation)
                .Select(static sample => $"{sample.Id} {sample.Value}")
                .Order(StringComparer.Ordinal)
        );

    private static string Automation(Sample sample) => sample["account"] + "/" + sample["automation"];
}
