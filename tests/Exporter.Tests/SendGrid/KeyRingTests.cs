using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using CsCheck;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.Snapshots;

namespace Exporter.Tests.SendGrid;

/// <summary>A key that comes back in what the API tells is shown nowhere, however it is written.</summary>
public sealed class KeyRingTests
{
    private const string Base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly Gen<char> Letters = Gen.Int[0, Base64.Length - 1].Select(static at => Base64[at]);

    private static readonly Gen<string> SendGridKeys = Gen.Select(
        Gen.String[Letters, 22, 22],
        Gen.String[Letters, 43, 43],
        static (id, secret) => $"SG.{id}.{secret}"
    );

    /// <summary>A gateway in front of the API may have keys of any form.</summary>
    private static readonly Gen<string> OtherKeys = Gen.Select(
        Gen.String[Letters, 10, 20],
        Gen.String[Letters, 10, 20],
        Gen.Int[0, 5].Select(static at => "+/_.~-"[at]),
        static (first, second, between) => $"{first}{between}{second}"
    );

    private static readonly (string Name, Func<string, string> Encode)[] Encodings =
    [
        ("as it is", static text => text),
        ("upper case", static text => text.ToUpperInvariant()),
        ("lower case", static text => text.ToLowerInvariant()),
        ("as part of a URL", Uri.EscapeDataString),
        ("percents", static text => Each(text, "%{0:X2}")),
        ("percents in lower case", static text => Each(text, "%{0:x2}")),
        ("percents twice", static text => Each(text, "%25{0:X2}")),
        ("percents three times", static text => Uri.EscapeDataString(Each(text, "%25{0:x2}"))),
        ("one percent", static text => $"%{(int)text[0]:X2}{text[1..]}"),
        ("entities", static text => Each(text, "&#{0};")),
        ("entities by their hex numbers", static text => Each(text, "&#x{0:x};")),
        ("entities of percents", static text => WebUtility.HtmlEncode(Each(Each(text, "%{0:X2}"), "&#{0};"))),
    ];

    private static readonly Func<string, string>[] Places =
    [
        static key => key,
        static key => $"https://shop.example/unsubscribe/{key}",
        static key => $"https://shop.example/{key}/{key}?a=b",
        static key => $"https://shop.example/?token={key}&x=1",
        static key => $"https://user:{key}@shop.example/",
        static key => $"https://shop.example/#{key}",
        static key => $"copy of {key} ü",
        static key => $"\"\\{key}\n",
    ];

    [Fact]
    public void No_text_of_an_answer_holds_a_key_that_any_account_has_or_had() =>
        Gen.Select(
                Gen.Bool,
                SendGridKeys,
                OtherKeys,
                Gen.Int[0, Encodings.Length - 1],
                Gen.Int[0, Places.Length - 1],
                Gen.Bool,
                static (isSendGrids, one, other, encoding, place, isEscaped) =>
                    (Key: isSendGrids ? one : other, Other: isSendGrids ? other : one, encoding, place, isEscaped)
            )
            .Sample(static each =>
            {
                var ring = KeyRing.Of([ApiKey.FromValue("SG.x.y"), ApiKey.FromValue(each.Other)], []);
                ring.Add(each.Key);
                ring.Add("another-key-that-is-used-now");
                var text = Places[each.place](Encodings[each.encoding].Encode(each.Key));
                var json = Json(text, each.isEscaped);

                var shown = JsonTexts.Change(json, ring.LeastLength, ring.Hide);

                using var document = JsonDocument.Parse(shown);
                var row = document.RootElement.GetProperty("results")[0];
                Assert.Equal(text, document.RootElement.GetProperty("_metadata").GetProperty("next").GetString());
                Assert.Equal((5, "https://shop.example/ü"), (row.GetProperty("clicks").GetInt32(), row.GetProperty("kept").GetString()));
                foreach (var name in (string[])["url", "url_location", "step_id"])
                {
                    var found = row.GetProperty(name).GetString()!;
                    Assert.Contains(ApiKey.Redacted, found, StringComparison.Ordinal);
                    for (var level = 0; level < 6; level++)
                    {
                        Assert.DoesNotContain(each.Key, found, StringComparison.OrdinalIgnoreCase);
                        found = Uri.UnescapeDataString(WebUtility.HtmlDecode(found));
                    }
                }
            });

    /// <summary>A key of an earlier run is known by its form alone.</summary>
    [Fact]
    public void A_key_of_SendGrid_is_hidden_although_nobody_knows_it() =>
        Gen.Select(SendGridKeys, Gen.Int[0, Encodings.Length - 1])
            .Sample(
                static (key, encoding) =>
                    Assert.DoesNotContain(
                        key,
                        Uri.UnescapeDataString(new KeyRing().Hide($"https://h.example/{Encodings[encoding].Encode(key)}")),
                        StringComparison.OrdinalIgnoreCase
                    )
            );

    [Theory]
    [InlineData("https://sg.my-long-company-name.and-another-long-name.example/x")]
    [InlineData("https://shop.example/a%20b?c=%2525&amp;d=%zz&#65;")]
    [InlineData("SG.short.key")]
    [InlineData("7b1e0000-0000-4000-8000-00000000000a")]
    [InlineData("")]
    public void Any_other_text_stays_and_so_does_the_document(string text)
    {
        var json = Json(text, isEscaped: false);

        var ring = KeyRing.Of([ApiKey.FromValue(Clients.Key)], []);
        Assert.Equal(json, JsonTexts.Change(json, ring.LeastLength, ring.Hide));
    }

    [Fact]
    public void A_document_that_cannot_be_decoded_as_text_stays_one()
    {
        var json = Encoding.UTF8.GetBytes($$"""{"a":"\ud800{{Clients.Key}}","next":"x","b":"\ud800"}""");
        var ring = new KeyRing();
        ring.Add(Clients.Key);

        using var document = JsonDocument.Parse(JsonTexts.Change(json, ring.LeastLength, ring.Hide));

        Assert.Equal($"\ufffd{ApiKey.Redacted}", document.RootElement.GetProperty("a").GetString());
    }

    [Theory]
    [InlineData(" x")]
    [InlineData("}")]
    [InlineData("{\"a\":")]
    [InlineData("\0")]
    public void Whatever_follows_a_document_stays_there_for_the_decoder_to_refuse(string rest)
    {
        var ring = new KeyRing();
        ring.Add(Clients.Key);

        var shown = JsonTexts.Change(Encoding.UTF8.GetBytes($"[\"{Clients.Key}\"]{rest}"), ring.LeastLength, ring.Hide);

        Assert.Equal($"[\"{JsonEncodedText.Encode(ApiKey.Redacted)}\"]{rest}", Encoding.UTF8.GetString(shown.Span));
    }

    /// <summary>Links that differ only in a key are links of one URL: nothing is lost of their sum, and no series stands twice.</summary>
    [Fact]
    public void Links_that_differ_only_in_a_key_keep_their_sum_and_no_series_stands_twice() =>
        Gen.Select(SendGridKeys, Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[1, 1000])
            .Array[1, 20]
            .Sample(static rows =>
            {
                var ring = new KeyRing();
                ObservedLink[] observed =
                [
                    .. rows.Select(row => new ObservedLink(
                        new EmailKey(row.Item2 == 0 ? ring.Hide(row.Item1) : "step"),
                        row.Item3 == 0 ? ring.Hide(row.Item1) : $"{row.Item3}",
                        ring.Hide($"https://shop.example/{row.Item1}"),
                        row.Item4
                    )),
                ];

                var table = LinkTable.Empty.ApplyWalk(observed, new LinksOptions(), Some.Noon);

                Assert.Equal(rows.Sum(static row => (long)row.Item4), table.Links.Sum(static link => link.Clicks));
                Assert.Equal(rows.Length - table.Links.Length, table.RowsMerged);
                Assert.Equal(table.Links.Length, table.Links.Select(static link => (link.Email, link.Location)).Distinct().Count());
                Assert.All(table.Links, static link => Assert.Equal(["https://shop.example/<secret>"], link.Urls));
            });

    [Fact]
    public async Task The_key_of_an_account_and_its_former_one_are_hidden_in_every_answer()
    {
        var (former, present) = ("a-former-key-of-a-gateway", "the-present-key+of/a=gateway");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, former, TestContext.Current.CancellationToken);
        var url = $"https://h.example/{Uri.EscapeDataString(present)}/{present}";
        var row = $$"""{"step_id":"{{former}}","url":"{{url}}","url_location":"0","clicks":1}""";
        await using var server = new WireServer(_ => WireServer.Ok("{\"results\":[" + row + "]}"));
        var client = Clients.To(Clients.Account(server.BaseUrl) with { ApiKey = ApiKey.FromFile(file) });

        var first = await client.LinksAsync();
        await File.WriteAllTextAsync(file, present, TestContext.Current.CancellationToken);
        var second = await client.LinksAsync();
        File.Delete(file);

        Assert.Equal(ApiKey.Redacted, Assert.Single(first.Value!.Rows).StepId);
        Assert.Equal((ApiKey.Redacted, ApiKey.Redacted), (Assert.Single(second.Value!.Rows).StepId, Assert.Single(second.Value.Rows).Url));
    }

    private static string Each(string text, string format) =>
        string.Concat(text.Select(letter => string.Format(CultureInfo.InvariantCulture, format, (int)letter)));

    /// <summary>Who shows a URL decodes more than browsers do; no number of levels uncovers a key.</summary>
    [Fact]
    public void However_often_a_key_was_encoded_no_shown_url_holds_it()
    {
        const string Key = "SG.aaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
        var ring = KeyRing.Of([ApiKey.FromValue(Key)], []);
        for (var levels = 0; levels < 40; levels++)
        {
            var amps = string.Concat(Enumerable.Repeat("amp;", levels));
            var percents = string.Concat(Enumerable.Repeat("25", levels));
            foreach (var written in (string[])[$"&{amps}#83;{Key[1..]}", $"%{percents}53{Key[1..]}", $"&{amps}#x53;{Key[1..]}"])
            {
                var shown = UrlText.Show(ring.Hide($"https://shop.example/{written}/x?a={written}"), UrlDisplay.Full) ?? "";
                for (var decoded = 0; decoded < 50; decoded++)
                {
                    Assert.DoesNotContain(Key, shown, StringComparison.OrdinalIgnoreCase);
                    shown = Uri.UnescapeDataString(WebUtility.HtmlDecode(shown));
                }
            }
        }
    }

    /// <summary>What is invisible goes from a sentence, and would join the parts of a key.</summary>
    [Theory]
    [InlineData("\u00AD")]
    [InlineData("\u200B")]
    [InlineData("\u2060")]
    [InlineData("\uFEFF")]
    public void No_sentence_holds_the_key_of_another_account_in_parts(string between)
    {
        const string Key = "another-accounts-gateway-key";
        var ring = KeyRing.Of([ApiKey.FromValue(Key)], []);
        var body = JsonSerializer.SerializeToUtf8Bytes(new { message = $"no access with {Key[..9]}{between}{Key[9..]} here" });

        Assert.DoesNotContain(Key, ErrorBody.Read(body, Clients.Key, ring.Hide).Sentence, StringComparison.Ordinal);
    }

    /// <summary>A name that no text can hold, and something behind the document: neither is its business.</summary>
    [Theory]
    [InlineData("{\"\\ud800\":\"\\udfff\"} trailing")]
    [InlineData("{}{")]
    [InlineData("[\"\\ud800\"]\0")]
    [InlineData("{\"\\u006eext\":1}")]
    public void A_document_that_is_odd_stays(string text)
    {
        var json = (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text);
        Assert.Equal(json, JsonTexts.Change(json, leastLength: 0, static read => read));
    }

    private static ReadOnlyMemory<byte> Json(string text, bool isEscaped)
    {
        var value = isEscaped ? $"\"{Each(text, "\\u{0:x4}")}\"" : JsonSerializer.Serialize(text);
        return Encoding.UTF8.GetBytes(
            $$$"""
            {"results": [{"url": {{{value}}}, "clicks": 5, "url_location":{{{value}}} , "step_id":{{{value}}}, "kept": "https://shop.example/ü"}],
             "_metadata": {"next": {{{value}}}, "count": 1}}
            """
        );
    }
}
