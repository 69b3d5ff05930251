namespace Exporter.SendGrid.Keys;

/// <summary>
/// What the answers so far say of a key, as a value. A good key gets a 401 now and then (sendgrid-nodejs #970, #1008: up to one request in
/// ten), so one answer is not the state of the account: it counts as refused after <see cref="Enough"/> refusals in a row, spread over
/// <see cref="LeastSpread"/> or more, with no success between.
/// </summary>
/// <remarks>Times count from any beginning; they must come from a clock that does not jump.</remarks>
internal sealed record KeyStanding
{
    /// <summary>Refusals in a row that are believed.</summary>
    public const int Enough = 3;

    /// <summary>The least time between the first and the last of them.</summary>
    public static readonly TimeSpan LeastSpread = TimeSpan.FromSeconds(5);

    /// <summary>A refused request is asked once more after this time, and so is the account when it is in doubt.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1.5);

    /// <summary>Of a key that no answer has spoken of.</summary>
    public static readonly KeyStanding Unknown = new();

    /// <summary>Whether the API accepts the key; <see langword="null"/> until it has told.</summary>
    public bool? IsAccepted { get; private init; }

    public bool IsRefused => IsAccepted == false;

    /// <summary>
    /// Whether refusals follow one another but are not believed yet: then one request at a time asks, and the others wait for the answer.
    /// </summary>
    public bool IsInDoubt => !IsRefused && RefusedInRow > 1;

    /// <summary>The last refusal, while no success came after it.</summary>
    public ApiError? Refusal { get; private init; }

    /// <summary>When the next request may ask while the key is in doubt.</summary>
    public TimeSpan NextAsk { get; private init; }

    private int RefusedInRow { get; init; }

    private TimeSpan FirstRefused { get; init; }

    /// <summary>After an answer that only a good key gets.</summary>
    public KeyStanding Accepted() => IsAccepted == true && RefusedInRow == 0 ? this : new KeyStanding { IsAccepted = true };

    /// <summary>After a 401.</summary>
    /// <param name="refusal">What was answered.</param>
    /// <param name="now">When.</param>
    public KeyStanding AfterRefusal(ApiError refusal, TimeSpan now)
    {
        var first = RefusedInRow == 0 ? now : FirstRefused;
        var believed = IsRefused || (RefusedInRow + 1 >= Enough && now - first >= LeastSpread);
        var soon = now + Pause;
        return this with
        {
            IsAccepted = believed ? false : IsAccepted,
            Refusal = refusal,
            RefusedInRow = RefusedInRow + 1,
            FirstRefused = first,

            // One quick look, which frees a good key, and then the one that is believed.
            NextAsk = now - first < Pause || first + LeastSpread < soon ? soon : first + LeastSpread,
        };
    }
}
