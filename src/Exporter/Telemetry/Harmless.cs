using System.Globalization;

namespace Exporter.Telemetry;

/// <summary>
/// Text from anywhere as it may leave the program: no API key and no other secret of this run is in it, and no character that a terminal
/// obeys.
/// </summary>
/// <remarks>
/// There is one for each run (<c>Surroundings</c>), and whatever lets text out is made with it: the log, the spans and the console.
/// </remarks>
internal sealed class Harmless
{
    private readonly Secrets _secrets = new();

    /// <summary>What proves who the program is, as given to receivers and proxies. It may come back in what the API tells.</summary>
    public IReadOnlyCollection<string> Proofs => _secrets.Proofs;

    /// <summary>Hides from now on what the receivers get as headers: they may repeat it in their answers.</summary>
    public void Learn(OtlpOptions options)
    {
        foreach (var target in new[] { options.Metrics, options.Traces, options.Logs }.OfType<OtlpTarget>())
        {
            foreach (var (name, value) in target.Headers.Reveal())
            {
                _secrets.AddHeader(name, value);
            }
        }
    }

    /// <summary>Hides from now on a user's password, also as <c>Basic</c> sends it; the user where there is no password.</summary>
    public void Learn(string user, string password) => _secrets.AddPassword(user, password);

    /// <summary>Returns the text without secrets, otherwise as it is.</summary>
    public string Hide(string text) => KeyShape.Hide(_secrets.Hide(text));

    /// <summary>Returns the text on one line.</summary>
    public string Line(string text) => OneLine.From(Hide(text));

    /// <summary>Returns the text with its line breaks; each line is made harmless.</summary>
    public string Lines(string text) => OneLine.EachFrom(Hide(text));

    /// <summary>
    /// Returns the beginning of the text's first line. Secrets are hidden before the text is cut: the half of one is not recognised
    /// afterwards.
    /// </summary>
    public string Beginning(string text, int most)
    {
        var line = Hide(text).AsSpan();
        line = line[..(line.IndexOfAny('\r', '\n') is var end and >= 0 ? end : line.Length)];
        return line[..Math.Min(line.Length, most)].ToString();
    }

    /// <summary>
    /// Returns the value of a field without secrets: a number or truth value as it is, anything else as text, because what it turns into
    /// later could hold one.
    /// </summary>
    public object? Value(object? value) =>
        value switch
        {
            null or bool or byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal => value,
            TimeSpan span => span.TotalSeconds.ToString("0.###s", CultureInfo.InvariantCulture),
            IFormattable formattable => Hide(formattable.ToString(format: null, CultureInfo.InvariantCulture)),
            _ => Hide(value.ToString() ?? ""),
        };
}
