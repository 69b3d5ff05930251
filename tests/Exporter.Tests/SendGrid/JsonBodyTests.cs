using System.Text;
using Exporter.SendGrid;

namespace Exporter.Tests.SendGrid;

public sealed class JsonBodyTests
{
    private const string Document =
        """{"results":[{"url":"https://shop.example/größe/{{name}}","clicks":-3.0e2}],"_metadata":{"next":null,"a":[true,[]]}}""";

    [Theory]
    [InlineData(Document)]
    [InlineData(" \r\n{}\n ")]
    [InlineData("[]")]
    [InlineData("{}<!-- what follows is the decoder's business -->")]
    public void A_document_is_whole_at_its_last_bracket(string text) => Assert.Equal(JsonBody.Shape.Whole, Look(text));

    [Fact]
    public void A_document_that_is_cut_anywhere_is_cut_off()
    {
        var bytes = Encoding.UTF8.GetBytes(Document);

        Assert.All(
            Enumerable.Range(0, bytes.Length),
            length => Assert.Equal(JsonBody.Shape.CutOff, JsonBody.Classify(bytes.AsSpan(0, length)))
        );
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html>")]
    [InlineData("date,id,name\r\n")]
    [InlineData("not found")]
    [InlineData("{]")]
    [InlineData("{'results':[]}")]
    public void Anything_else_is_not_json(string text) => Assert.Equal(JsonBody.Shape.NotJson, Look(text));

    [Theory]
    [InlineData("\"date,id,name\"")]
    [InlineData("null")]
    [InlineData("true")]
    public void A_bare_value_is_not_a_document_that_was_cut_off(string text) => Assert.Equal(JsonBody.Shape.NotJson, Look(text));

    [Fact]
    public void A_byte_order_mark_is_dropped_once()
    {
        Assert.Equal("{}"u8.ToArray(), JsonBody.WithoutBom("\uFEFF{}"u8.ToArray()).ToArray());
        Assert.Equal("{}"u8.ToArray(), JsonBody.WithoutBom("{}"u8.ToArray()).ToArray());
        Assert.Empty(JsonBody.WithoutBom(Array.Empty<byte>()).ToArray());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("[]")]
    public void A_page_of_more_rows_than_any_has_is_not_decoded(string row)
    {
        Assert.Equal(
            JsonBody.Shape.TooLong,
            Look($"{{\"results\":[{string.Join(',', Enumerable.Repeat(row, AnswerLimits.PageRows + 1))}]}}")
        );
        Assert.Equal(
            JsonBody.Shape.Whole,
            Look($"{{\"results\":[{string.Join(',', Enumerable.Repeat(row, AnswerLimits.PageRows - 2))}]}}")
        );
    }

    private static JsonBody.Shape Look(string text) => JsonBody.Classify(Encoding.UTF8.GetBytes(text));
}
