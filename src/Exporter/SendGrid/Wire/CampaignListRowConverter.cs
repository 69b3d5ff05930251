using System.Text.Json;
using System.Text.Json.Serialization;

namespace Exporter.SendGrid.Wire;

/// <summary>Converts any JSON value to a <see cref="CampaignListRow"/>.</summary>
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
