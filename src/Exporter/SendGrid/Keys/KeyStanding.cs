namespace Exporter.SendGrid.Keys;

/// <summary>
/// The standing of a key as its answers show it, as a value. A good key gets a 401 now and then (sendgrid-nodejs #970, #1008: up to one
/// request in ten), so one answer does not decide. The key counts as refused after <see cref="Enough"/> refusals in a row, spread over
/// <see cref="LeastSpread"/> or more, with no success between them.
/// </summary>
/// <remarks>Times may count from any origin; they must come from a clock that does not jump.</remarks>
internal sealed record KeyStanding
{
    /// <summary>The number of refusals in a row that are believed.</summary>
    public const int Enough = 3;

    /// <summary>
    /// The least time between the first and the last of them: a good key is refused by chance for a moment, and three refusals in one
    /// moment are one chance.
    /// </summary>
    public static readonly TimeSpan LeastSpread = TimeSpan.FromSeconds(5);

    /// <summary>The pause before a refused request is repeated, and before the next request of an account in doubt.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1.5);

    /// <summary>A key that no answer has judged.</summary>
    public static readonly KeyStanding Unknown = new();

    /// <summary>The number of the key among those of the account, from 1; 0 before the first one is known.</summary>
    public int KeyNumber { get; init; }

    /// <summary>Whether the API accepts the key; <see langword="null"/> until an answer decides.</summary>
    public bool? IsAccepted { get; private init; }

    public bool IsRefused => IsAccepted == false;

    /// <summary>
    /// Whether refusals follow one another but are not yet believed. Then one request at a time is sent, and the others wait for its
    /// answer.
    /// </summary>
    public bool IsInDoubt => !IsRefused && RefusedInRow > 1;

    /// <summary>The last refusal; <see langword="null"/> once a success follows it.</summary>
    public ApiError? Refusal { get; private init; }

    /// <summary>The earliest time of the next request while the key is in doubt.</summary>
    public TimeSpan NextAsk { get; private init; }

    private int RefusedInRow { get; init; }

    private TimeSpan FirstRefused { get; init; }

    /// <summary>Returns the standing after an answer that only a good key gets.</summary>
    public KeyStanding Accepted() =>
        IsAccepted == true && RefusedInRow == 0 ? this : new KeyStanding { KeyNumber = KeyNumber, IsAccepted = true };

    /// <summary>Returns the standing after a 401.</summary>
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

            // The first retry is quick and clears a good key; the next one can be believed.
            NextAsk = now - first < Pause || first + LeastSpread < soon ? soon : first + LeastSpread,
        };
    }
}
