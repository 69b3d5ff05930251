using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>
/// A row of a list of campaigns, <c>GET /v3/marketing/stats/automations</c> or <c>GET /v3/marketing/singlesends</c>: its id and, for a
/// Single Send, name, status and time. No other member is decoded, and no content makes the list unreadable: a draft may lack any member.
/// </summary>
[JsonConverter(typeof(CampaignListRowConverter))]
internal sealed record CampaignListRow : IRow
{
    /// <summary>The id; <see langword="null"/> when the row has none that can stand in a path.</summary>
    public string? Id { get; init; }

    /// <summary>Whether the row has any id, even an unusable one: then it is not the row of another campaign.</summary>
    public bool HasId { get; init; }

    public string? Name { get; init; }

    /// <summary><c>draft</c>, <c>scheduled</c> or <c>triggered</c>; other values are seen, too (StrongGrid #194).</summary>
    public string? Status { get; init; }

    /// <summary>The time at which it was or will be sent, as the API writes it.</summary>
    public string? SendAt { get; init; }

    public bool IsGrouped => false;

    public (string, string, string, string)? Identity => Id is null ? null : (Id, "", "", "");

    /// <summary>
    /// Whether an id can stand in a path: letters, digits, <c>-</c> and <c>_</c>, at most 100. <c>export</c> is a path of its own.
    /// </summary>
    public static bool IsUsableId(string? id) =>
        id is { Length: > 0 and <= 100 } and not "export"
        && id.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
}
