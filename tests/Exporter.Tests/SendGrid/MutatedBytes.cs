using System.Text;
using CsCheck;

namespace Exporter.Tests.SendGrid;

/// <summary>A page of links, and what may happen to it on its way.</summary>
internal static class MutatedBytes
{
    public static readonly byte[] Links = Encoding.UTF8.GetBytes(
        """
        {"results":[{"url":"https://shop.example/größe/{{name}}?a=\"b\"\u00e9","url_location":0,"step_id":"7b1e0000-0000-4000-8000-00000000000a","clicks":41},
                    {"url":null,"url_location":"3","step_id":"all","clicks":"12","other":[1,{"a":null}]},{"clicks":3.0}],
         "total_clicks":56,"_metadata":{"self":"https://api.sendgrid.com/v3/x","next":"https://api.sendgrid.com/v3/x?page_token=2","count":3.0}}
        """
    );

    /// <summary>Bytes that mean something to somebody who decodes.</summary>
    public static readonly Gen<byte> Telling = Gen.OneOf([
        .. "{}[]\":,-+.eE0123456789\\u/n \0\x7f\xff\xc3\xa9\xd8\xef\xbb\xbf".Select(c => (byte)c),
    ]);

    /// <summary>A byte changed, taken out or put in, a piece repeated, the rest cut off.</summary>
    public static readonly Gen<Func<byte[], byte[]>> Mutation = Gen.OneOf(
        Gen.Select(
            Gen.Int[0, 999],
            Telling,
            (at, value) => (Func<byte[], byte[]>)(bytes => With(bytes, at, bytes.Length == 0 ? [] : [value], 1))
        ),
        Gen.Select(Gen.Int[0, 999], Telling, (at, value) => (Func<byte[], byte[]>)(bytes => With(bytes, at, [value], 0))),
        Gen.Select(Gen.Int[0, 999], Gen.Int[1, 40], (at, length) => (Func<byte[], byte[]>)(bytes => With(bytes, at, [], length))),
        Gen.Select(
            Gen.Int[0, 999],
            Gen.Int[1, 80],
            (at, length) => (Func<byte[], byte[]>)(bytes => With(bytes, at, [.. bytes.Take(length), .. bytes.Take(length)], length))
        ),
        Gen.Int[0, 999].Select(at => (Func<byte[], byte[]>)(bytes => bytes[..Math.Min(at, bytes.Length)]))
    );

    private static byte[] With(byte[] bytes, int at, byte[] instead, int length)
    {
        var start = bytes.Length == 0 ? 0 : at % bytes.Length;
        return [.. bytes[..start], .. instead, .. bytes[Math.Min(start + length, bytes.Length)..]];
    }
}
