using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.Weather;

/// <summary>What <c>/sd/links</c> answers.</summary>
internal static class ListedPages
{
    /// <returns>Whose page and which, or <see langword="null"/> for "503: not known yet".</returns>
    public static async Task<ImmutableSortedSet<string>?> PagesAsync(this WeatherStation station)
    {
        var (status, text) = await station.AnswerAsync("/sd/links");
        if (status == HttpStatusCode.ServiceUnavailable)
        {
            Assert.StartsWith("Neither SendGrid nor saved state has given the pages of account ", text, StringComparison.Ordinal);
            return null;
        }

        Assert.Equal(HttpStatusCode.OK, status);
        using var document = JsonDocument.Parse(text);
        return
        [
            .. document
                .RootElement.EnumerateArray()
                .Select(static target =>
                    $"{Label(target, "account")} {Label(target, "automation")} {Label(target, "step_id")} {Label(target, "__param_target")}"
                ),
        ];
    }

    /// <summary>Lets the time pass until all pages are known.</summary>
    public static async Task<ImmutableSortedSet<string>> KnownPagesAsync(
        this WeatherStation station,
        Predicate<ImmutableSortedSet<string>>? isGood = null
    )
    {
        await station.Clock.SettleAsync();
        for (
            var end = station.Clock.Elapsed + ClockDriver.Patience;
            station.Clock.Elapsed < end;
            await station.Clock.ForAsync(TimeSpan.FromSeconds(1))
        )
        {
            if (await station.PagesAsync() is { } pages && (isGood is null || isGood(pages)))
            {
                return pages;
            }
        }

        Assert.Fail($"the pages are not listed; the log says\n{string.Concat(station.Log.All)}");
        return null;
    }

    private static string Label(JsonElement target, string name) =>
        target.GetProperty("labels").TryGetProperty(name, out var value) ? value.GetString()! : "";
}
