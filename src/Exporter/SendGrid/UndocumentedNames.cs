using System.Text.Json;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;

namespace Exporter.SendGrid;

/// <summary>
/// Reads <c>GET /v3/marketing/automations</c>. No document describes it, and two witnesses describe it differently: a bare array, or one
/// under <c>result</c>, <c>results</c> or <c>automations</c>; a <c>name</c> or a <c>title</c>. The reader skips whatever does not fit, also
/// the steps of an automation that has more of them than <see cref="AnswerLimits.Emails"/>.
/// </summary>
internal static class UndocumentedNames
{
    /// <summary>The rows requested at a time (<c>limit</c>).</summary>
    public const int PageSize = 50;

    private static readonly string[] Envelopes = ["result", "results", "automations"];
    private static readonly string[] Titles = ["name", "title"];

    /// <summary>A list that takes more requests has no end.</summary>
    private const int MaxRequests = 40;

    /// <summary>Requests pages until one brings nothing new, because neither witness says how the last page is marked.</summary>
    public static async Task<ApiResult<AutomationNameList>> ListAsync(SendGridClient client, PollContext attempt)
    {
        var names = new Dictionary<string, AutomationName>(Ids.Comparer);
        var bytes = 0L;
        var held = 0;
        for (var request = 0; request < MaxRequests; request++)
        {
            var response = await client.GetAutomationNamesAsync(request * PageSize, attempt);
            if (response.Error is { } error)
            {
                return error;
            }

            if (Read(response.Body) is not { } page)
            {
                return new ApiError(FailureReason.InvalidResponse, "the list of names is undecodable");
            }

            attempt.PageRead(ApiEndpoint.AutomationNames);
            bytes += response.Body.Length;
            held += page.Sum(static name => 1 + name.Steps.Count);
            if (bytes > AnswerLimits.Bytes || held > AnswerLimits.Rows)
            {
                return new ApiError(
                    FailureReason.InvalidResponse,
                    $"the list of names has more than {AnswerLimits.Rows} names or {AnswerLimits.Bytes >> 20} MiB"
                );
            }

            var known = names.Count;
            foreach (var name in page)
            {
                names[name.Id] = name;
            }

            if (names.Count == known)
            {
                break;
            }
        }

        return new AutomationNameList([.. names.Values]);
    }

    /// <returns><see langword="null"/> when the body is not JSON, or contains invalid text.</returns>
    public static IReadOnlyList<AutomationName>? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            return Names(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static List<AutomationName> Names(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var names = new List<AutomationName>();
        foreach (var item in Items(document.RootElement, Envelopes))
        {
            if (GetText(item, "id") is { } id)
            {
                var steps = Items(item, ["steps"])
                    .Select(step => (Id: GetText(step, "id"), Name: Title(step)))
                    .Where(step => step is { Id: not null, Name: not null })
                    .DistinctBy(step => step.Id!, Ids.Comparer)
                    .ToDictionary(step => step.Id!, step => step.Name!, Ids.Comparer);
                names.Add(new AutomationName(id, Title(item), steps.Count > AnswerLimits.Emails ? [] : steps));
            }
        }

        return names;
    }

    private static JsonElement[] Items(JsonElement element, string[] keys)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            element = keys.Select(key => LenientText.Member(element, key) ?? default)
                .FirstOrDefault(list => list.ValueKind == JsonValueKind.Array);
        }

        return element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray()] : [];
    }

    private static string? Title(JsonElement item) => Titles.Select(key => GetText(item, key)).FirstOrDefault(text => text is not null);

    private static string? GetText(JsonElement item, string key) =>
        item.ValueKind == JsonValueKind.Object
        && LenientText.Member(item, key) is { } value
        && LenientText.OfString(value) is { Length: > 0 } text
            ? text
            : null;
}
