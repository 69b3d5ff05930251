using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Exporter.Network;
using Exporter.SendGrid.Keys;
using Exporter.SendGrid.Wire;

namespace Exporter.Configuration.Values;

/// <summary>The parsers of all kinds of value in the configuration.</summary>
internal static class ValueParsers
{
    /// <summary>A label value: it appears in metrics, on pages and in alerts.</summary>
    public static readonly ValueParser<string> Label = new("1 to 256 characters, none of them a control character", TryLabel);

    public static readonly ValueParser<bool> Flag = new("true or false", bool.TryParse);

    /// <summary>Any id that a URL can hold: SendGrid's ids are UUIDs today, but no document promises that.</summary>
    public static readonly ValueParser<string> Id = new(
        "an id such as 5f0c1a3e-0000-4000-8000-000000000001 (up to 100 letters, digits, - and _, but not export)",
        TryId
    );

    /// <summary>The id of a step, of which nothing is known but that it is a UUID today.</summary>
    public static readonly ValueParser<string> StepId = new(Label.Expected, TryStepId);

    public static readonly ValueParser<Uri> Origin = new("an https URL of scheme and host only, or http for a loopback host", TryOrigin);

    public static readonly ValueParser<Uri?> WebAddress = new("an http or https URL without user name or query, or \"\"", TryWebAddress);

    /// <summary>The name of a subuser, which is sent as a header: HttpClient sends headers in ASCII only.</summary>
    public static readonly ValueParser<string> UserName = new("a user name in printable ASCII, or \"\"", TryUserName);

    /// <summary>The name of a file with a secret, in whose place the secret itself may stand.</summary>
    public static readonly ValueParser<string> FileName = new("a file name", TryFileName) { Found = FileNameText.Mistake };

    public static readonly ValueParser<ApiKey> ApiKey = new(KeyText.Expected, TryApiKey) { IsSecret = true, Found = KeyText.Mistake };

    public static readonly ValueParser<string> BasicAuthUser = new("a user name without colon and control characters", TryBasicAuthUser);

    public static readonly ValueParser<string> BcryptHash = new(BcryptText.Expected, TryBcryptHash)
    {
        IsSecret = true,
        Found = BcryptText.Mistake,
    };

    public static readonly ValueParser<string> HeaderValue = new("a header's value in printable ASCII", TryHeaderValue);

    /// <summary>Secret, because it may be a private key.</summary>
    public static readonly ValueParser<string> Pem = new("a text in PEM", TryPem) { IsSecret = true, Found = PemText.Mistake };

    public static ValueParser<TimeSpan> Duration(string min, string max)
    {
        var (least, most) = Durations.TryParse(min, out var a) && Durations.TryParse(max, out var b) ? (a, b) : throw new FormatException();
        return new(
            $"a duration from {min} to {max} (one whole number and s, m, h or d)",
            (text, out value) => Durations.TryParse(text, out value) && value >= least && value <= most
        );
    }

    public static ValueParser<long> ByteSize(string min, string max)
    {
        var (least, most) = ByteSizes.TryParse(min, out var a) && ByteSizes.TryParse(max, out var b) ? (a, b) : throw new FormatException();
        return new(
            $"a size from {min} to {max} (one whole number and KiB, MiB or GiB)",
            (text, out value) => ByteSizes.TryParse(text, out value) && value >= least && value <= most
        );
    }

    public static ValueParser<int> WholeNumber(int min, int max) =>
        new(
            $"a whole number from {min} to {max}",
            (text, out value) =>
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max
        );

    public static ValueParser<double> Number(double min, double max) =>
        new(
            $"a number from {min} to {max}",
            (text, out value) =>
                double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value)
                && value >= min
                && value <= max
        );

    /// <summary>Creates a parser for one of a few words.</summary>
    public static ValueParser<T> Choice<T>(params (string Word, T Value)[] choices)
        where T : struct, Enum
    {
        var words = choices.Select(c => c.Word).ToArray();
        return new($"{string.Join(", ", words[..^1])} or {words[^1]}", (text, out value) => TryOneOf(choices, text, out value));
    }

    private static bool TryOneOf<T>((string Word, T Value)[] choices, string text, out T value)
        where T : struct, Enum
    {
        var index = Array.FindIndex(choices, c => c.Word == text);
        value = index < 0 ? default : choices[index].Value;
        return index >= 0;
    }

    private static bool TryLabel(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return text.Length <= 256 && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl);
    }

    private static bool TryId(string text, [MaybeNullWhen(false)] out string value)
    {
        value = AsTheApiWrites(text);
        return CampaignListRow.IsUsableId(value);
    }

    private static bool TryStepId(string text, [MaybeNullWhen(false)] out string value) => TryLabel(AsTheApiWrites(text), out value);

    /// <summary>A UUID in lower case; of any other id the case may matter to the API.</summary>
    private static string AsTheApiWrites(string id) => Guid.TryParseExact(id, "D", out var uuid) ? uuid.ToString("D") : id;

    private static bool TryOrigin(string text, [MaybeNullWhen(false)] out Uri value) =>
        Uri.TryCreate(text, UriKind.Absolute, out value)
        && (value.Scheme == Uri.UriSchemeHttps || (value.Scheme == Uri.UriSchemeHttp && Loopback.IsLoopback(value.DnsSafeHost)))
        && value is { AbsolutePath: "/", Query: "", Fragment: "" }
        && !text.Contains('@', StringComparison.Ordinal);

    private static bool TryWebAddress(string text, out Uri? value)
    {
        value = null;
        return text.Length == 0
            || (
                Uri.TryCreate(text, UriKind.Absolute, out value)
                && (value.Scheme == Uri.UriSchemeHttps || value.Scheme == Uri.UriSchemeHttp)
                && value is { Query: "", Fragment: "", UserInfo: "" }
            );
    }

    private static bool TryUserName(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return text.Length <= 256 && text.All(c => c is >= ' ' and <= '~');
    }

    private static bool TryApiKey(string text, [MaybeNullWhen(false)] out ApiKey value)
    {
        value = KeyText.Mistake(text) is null ? SendGrid.Keys.ApiKey.FromValue(text) : null;
        return value is not null;
    }

    private static bool TryBasicAuthUser(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return text.Length is > 0 and <= 256 && !text.Contains(':', StringComparison.Ordinal) && !text.Any(char.IsControl);
    }

    private static bool TryBcryptHash(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return BcryptText.Mistake(text) is null;
    }

    private static bool TryHeaderValue(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return text.Length > 0 && text.All(c => c is >= ' ' and <= '~');
    }

    private static bool TryPem(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text.Contains("-----BEGIN ", StringComparison.Ordinal) && PemText.Mistake(text) is null ? text : null;
        return value is not null;
    }

    private static bool TryFileName(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return FileNameText.Mistake(text) is null;
    }
}
