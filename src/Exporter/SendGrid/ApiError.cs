using Exporter.Snapshots;

namespace Exporter.SendGrid;

/// <summary>Why the API gave no usable answer, as a value.</summary>
/// <param name="Kind">What sort of trouble it is; decides retries, health and the label <c>reason</c>.</param>
/// <param name="Message">
/// What happened, for an operator, with the API's own sentence as <see cref="ErrorBody"/> cleans it. It never holds a key or a header
/// value.
/// </param>
/// <param name="NotBefore">When the API itself named a time, asking before it is pointless.</param>
internal sealed record ApiError(ApiErrorKind Kind, string Message, DateTimeOffset? NotBefore = null)
{
    /// <summary>What is behind it.</summary>
    public FailureCause Cause { get; init; } = FailureAdvice.UsualCause(ErrorWords.ReasonOf(Kind));

    /// <summary>Of a 401: the key file holds another key by now, so the refusal says nothing of the one in force.</summary>
    public bool KeyHasChanged { get; init; }

    /// <summary>Of a 401: it is not the first one in a row, and not believed yet.</summary>
    public bool KeyIsInDoubt { get; init; }

    /// <summary>Of a 401: it is believed.</summary>
    public bool KeyIsRefused { get; init; }
}

/// <summary>The sorts of trouble. Each has one word, the value of the label <c>reason</c>.</summary>
internal enum ApiErrorKind
{
    /// <summary>401: the key is not accepted.</summary>
    Unauthorized,

    /// <summary>403: the key is known but may not read this.</summary>
    Forbidden,

    /// <summary>404 on the first page of a walk.</summary>
    NotFound,

    /// <summary>400. Stays in this room: the page walk makes <see cref="Incomplete"/> or <see cref="InvalidResponse"/> of it.</summary>
    BadRequest,

    /// <summary>429, or the time that a 429 named lies beyond the deadline.</summary>
    RateLimited,

    /// <summary>5xx, a refused or reset connection, a body cut off half way.</summary>
    Unavailable,

    /// <summary>The API kept silent until the deadline.</summary>
    Timeout,

    /// <summary>An answer that is not what the API documents: a redirect, HTML, an undecodable page, a bad <c>next</c>.</summary>
    InvalidResponse,

    /// <summary>The walk could not be finished consistently: rows shifted, a page vanished, a token expired twice.</summary>
    Incomplete,

    /// <summary>We stopped asking: shutdown, or the automation was removed from the configuration.</summary>
    Canceled,
}

/// <summary>A value, or the reason why there is none.</summary>
internal readonly struct ApiResult<T>
    where T : class
{
    private ApiResult(T? value, ApiError? error) => (Value, Error) = (value, error);

    /// <summary>Not <see langword="null"/> exactly when <see cref="Error"/> is.</summary>
    public T? Value { get; }

    public ApiError? Error { get; }

    /// <summary>The same with another value; an error stays.</summary>
    public ApiResult<TOther> Then<TOther>(Func<T, TOther> change)
        where TOther : class => Value is null ? Error! : change(Value);

    public static implicit operator ApiResult<T>(T value) => new(value, error: null);

    public static implicit operator ApiResult<T>(ApiError error) => new(value: null, error);
}
