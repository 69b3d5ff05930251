using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace Simulator;

/// <summary>Parses the query by the API's rules and collects violations; the first one becomes the 400.</summary>
internal sealed class Parameters(string query)
{
    private readonly Dictionary<string, Microsoft.Extensions.Primitives.StringValues> _values = QueryHelpers.ParseQuery(query);

    public (string Field, string Message)? Problem { get; private set; }

    public string? Text(string name) =>
        _values.TryGetValue(name, out var values) && values.ToString() is { Length: > 0 } text ? text : null;

    public int Number(string name, int fallback, int low, int high)
    {
        if (!_values.TryGetValue(name, out var values))
        {
            return fallback;
        }

        return
            int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= low
            && number <= high
            ? number
            : Refuse(name, $"{name} must be between {low} and {high}", fallback);
    }

    /// <summary>Returns a comma-separated list. An empty list counts as not given.</summary>
    public IReadOnlyList<string> List(string name, int most = int.MaxValue)
    {
        var items = (Text(name) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return items.Length <= most ? items : Refuse<string[]>(name, $"{name} takes at most {most} values", []);
    }

    public IReadOnlyList<string> Words(string name, params string[] known)
    {
        var words = List(name);
        return words.All(known.Contains) ? words : Refuse<string[]>(name, $"{name} must be one of {string.Join(", ", known)}", []);
    }

    public IReadOnlyList<string> Uuids(string name)
    {
        var ids = List(name);
        return ids.All(id => Guid.TryParseExact(id, "D", out _)) ? ids : Refuse<string[]>(name, $"{name} must be valid UUIDs", []);
    }

    public DateOnly? Date(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : Refuse<DateOnly?>(name, $"{name} must be in the format YYYY-MM-DD", instead: null);
    }

    public TimeZoneInfo Zone(string name)
    {
        var zone = Text(name) ?? "UTC";
        return string.Equals(zone, "UTC", StringComparison.Ordinal) ? TimeZoneInfo.Utc
            : TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found
            : Refuse(name, $"{name} must be a valid IANA time zone", TimeZoneInfo.Utc);
    }

    public T Refuse<T>(string field, string message, T instead)
    {
        Problem ??= (field, message);
        return instead;
    }
}
