namespace Exporter.SendGrid;

/// <summary>A value, or the reason why there is none.</summary>
internal readonly struct ApiResult<T>
    where T : class
{
    private ApiResult(T? value, ApiError? error) => (Value, Error) = (value, error);

    /// <summary>Not <see langword="null"/> exactly when <see cref="Error"/> is.</summary>
    public T? Value { get; }

    public ApiError? Error { get; }

    /// <summary>Returns the result with its value converted; an error stays.</summary>
    public ApiResult<TOther> Then<TOther>(Func<T, TOther> change)
        where TOther : class => Value is null ? Error! : change(Value);

    public static implicit operator ApiResult<T>(T value) => new(value, error: null);

    public static implicit operator ApiResult<T>(ApiError error) => new(value: null, error);
}
