using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Simulator;

/// <summary>
/// The content of a page token: the position in the walk, and the parameters (path, grouping, filters), time and number of the walk's first
/// request. So all pages of one walk show the same moment.
/// </summary>
internal sealed record PageToken(int Offset, int Index, int Size, int Walk, DateTimeOffset At, string Path, string Query)
{
    public string Encode() =>
        Base64Url.EncodeToString(
            Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{Offset} {Index} {Size} {Walk} {At.UtcTicks} {Path} {Query}")
            )
        );

    public static PageToken? Decode(string text)
    {
        if (!Base64Url.IsValid(text) || Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ') is not { Length: 7 } parts)
        {
            return null;
        }

        return
            Number(parts[0]) is { } offset
            && Number(parts[1]) is { } index
            && Number(parts[2]) is { } size
            && Number(parts[3]) is { } walk
            && long.TryParse(parts[4], CultureInfo.InvariantCulture, out var ticks)
            ? new(offset, index, size, walk, new(ticks, TimeSpan.Zero), parts[5], parts[6])
            : null;
    }

    private static int? Number(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
}
