using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>
/// A row of a list of campaigns, <c>GET /v3/marketing/stats/automations</c> or <c>GET /v3/marketing/singlesends</c>: its id and, of a
/// Single Send, name, status and time. Nothing else of it is decoded, and nothing in it makes the list unreadable: a draft may lack
/// anything.
/// </summary>
[JsonConverter(typeof(CampaignListRowConverter))]
internal sealed record CampaignListRow : IRow
{
    /// <summary><see langword="null"/> when the row has none that can be asked for.</summary>
    public string? Id { get; init; }

    /// <summary>Whether it names something, be it nothing that can be asked for: then it is no other campaign's row.</summary>
    public bool HasId { get; init; }

    public string? Name { get; init; }

    /// <summary><c>draft</c>, <c>scheduled</c>, <c>triggered</c>; others are seen, too (StrongGrid #194).</summary>
    public string? Status { get; init; }

    /// <summary>When it was or will be sent, as the API writes it.</summary>
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
