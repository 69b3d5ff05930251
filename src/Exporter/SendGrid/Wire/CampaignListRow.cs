using System.Text.Json;
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

/// <summary>Reads a <see cref="CampaignListRow"/> from any JSON value.</summary>
internal sealed class CampaignListRowConverter : JsonConverter<CampaignListRow>
{
    public override bool HandleNull => true;

    public override CampaignListRow Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var row = new CampaignListRow();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return row;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = LenientText.OfName(reader);
            reader.Read();
            var value = LenientText.Read(ref reader);
            row = name switch
            {
                "id" => row with { Id = CampaignListRow.IsUsableId(value) ? value : null, HasId = value is { Length: > 0 } },
                "name" => row with { Name = value },
                "status" => row with { Status = value },
                "send_at" => row with { SendAt = value },
                _ => row,
            };
        }

        return row;
    }

    public override void Write(Utf8JsonWriter writer, CampaignListRow value, JsonSerializerOptions options) =>
        throw new NotSupportedException();
}
