namespace Exporter.SendGrid;

/// <summary>The result of one request: a whole JSON document, or an error.</summary>
internal readonly record struct ApiResponse(ReadOnlyMemory<byte> Body, ApiError? Error)
{
    /// <summary>The server's time (<c>Date</c>), to the second; <see langword="null"/> without an answer.</summary>
    public DateTimeOffset? Date { get; init; }

    public static implicit operator ApiResponse(ApiError error) => new(default, error);
}
