using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Exporter.Telemetry;

namespace Exporter.SendGrid;

/// <summary>Sends one request and turns whatever happens into an <see cref="Exchange"/>. The only place where the key is used.</summary>
internal sealed class Transport(HttpClient http, AccountOptions account, RateGate gate, Instruments.AccountInstruments instruments, TimeProvider time)
{
    /// <summary>A page of 100 rows with URLs of 2 kB has 0.2 MB.</summary>
    public const int MaxBodyBytes = 16 * 1024 * 1024;

    /// <summary>How long one request may take, body included; "no answer within 30 s" is what operators report of bad minutes.</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    public RateGate Gate => gate;

    /// <summary>The same way to the API for an account whose options have changed.</summary>
    public Transport For(AccountOptions changed) => new(http, changed, gate, instruments, time);

    /// <summary>Passes the gate, asks, reads the whole body.</summary>
    /// <returns>A whole JSON document or an error; never an exception of the network.</returns>
    /// <exception cref="OperationCanceledException">The attempt's deadline passed, or it was stopped.</exception>
    public async Task<Exchange> SendAsync(Endpoint endpoint, Uri uri, Attempt attempt)
    {
        if (!NextLink.SameOrigin(account.BaseUrl, uri))
        {
            throw new InvalidOperationException("a request to another origin than base_url must not be built");
        }

        using var place = await EnterAsync(endpoint, attempt);
        if (place is null)
        {
            return new ApiError(ApiErrorKind.RateLimited, "the rate limit is used up until after the deadline", gate.NotBefore(endpoint));
        }

        if (attempt.Retrying is { } reason)
        {
            instruments.Retried(reason);
            attempt.Retrying = null;
        }

        using var limit = new CancellationTokenSource(RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, attempt.Token);
        var started = time.GetTimestamp();
        var status = 0;
        using var span = PollTraces.Request(endpoint.Word, uri);
        try
        {
            using var request = Request(uri);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            status = (int)response.StatusCode;
            var headers = RateLimitHeaders.Read(response.Headers, time.GetUtcNow());
            gate.Answered(endpoint, response.StatusCode == HttpStatusCode.TooManyRequests, headers);
            instruments.RateLimitSeen(endpoint.Word, headers.Limit, headers.Remaining, headers.ResetAt);
            var exchange = response.StatusCode == HttpStatusCode.OK
                ? await ReadAsync(response.Content, either.Token)
                : StatusErrors.From(response.StatusCode, headers.RetryAt ?? headers.ResetAt) with
                {
                    // The key file was replaced while this request was on its way.
                    KeyHasChanged = response.StatusCode == HttpStatusCode.Unauthorized && request.Headers.Authorization!.Parameter != account.ApiKey.Reveal(),
                };
            return exchange with { Date = response.Headers.Date };
        }
        catch (OperationCanceledException) when (!attempt.Token.IsCancellationRequested)
        {
            return new ApiError(ApiErrorKind.Timeout, $"no complete answer within {RequestTimeout.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new ApiError(ConnectionErrors.IsSilence(e) ? ApiErrorKind.Timeout : ApiErrorKind.Unavailable, ConnectionErrors.From(e).Words);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            // BrotliStream reports damaged bytes as an InvalidOperationException.
            return new ApiError(ApiErrorKind.Unavailable, "the compressed body is damaged");
        }
        finally
        {
            instruments.RequestEnded(endpoint.Word, status == 0 ? "none" : status.ToString(), time.GetElapsedTime(started));
            span.RequestEnded(status);
        }
    }

    private async ValueTask<RateGate.Place?> EnterAsync(Endpoint endpoint, Attempt attempt)
    {
        var entering = time.GetTimestamp();
        try
        {
            return await gate.EnterAsync(endpoint, attempt.Deadline, attempt.Token);
        }
        finally
        {
            // Also when the deadline ended it: the waits in vain are the longest.
            instruments.Throttled(time.GetElapsedTime(entering));
        }
    }

    private HttpRequestMessage Request(Uri uri)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account.ApiKey.Reveal());
        request.Headers.Accept.ParseAdd("application/json");
        if (account.OnBehalfOf is { } subuser)
        {
            request.Headers.TryAddWithoutValidation("on-behalf-of", subuser);
        }

        return request;
    }

    private static async Task<Exchange> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        // The stream, not ReadAsStringAsync: "charset=utf8", which SendGrid sends at times, makes that one throw.
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var body = new ArrayBufferWriter<byte>(16 * 1024);
        int read;
        while ((read = await stream.ReadAsync(body.GetMemory(4 * 1024), cancellation)) > 0)
        {
            body.Advance(read);
            if (body.WrittenCount > MaxBodyBytes)
            {
                return new ApiError(ApiErrorKind.InvalidResponse, $"the body is longer than {MaxBodyBytes / 1024 / 1024} MiB");
            }
        }

        var json = JsonBody.WithoutBom(body.WrittenMemory);
        return JsonBody.Look(json.Span) switch
        {
            JsonBody.Shape.Whole => new Exchange(json, Error: null),
            JsonBody.Shape.CutOff => new ApiError(ApiErrorKind.Unavailable, "the body was cut off"),
            _ => new ApiError(ApiErrorKind.InvalidResponse, "the answer is not JSON (a maintenance page?)"),
        };
    }
}

/// <summary>How one request ended: a whole JSON document, or an error.</summary>
internal readonly record struct Exchange(ReadOnlyMemory<byte> Body, ApiError? Error)
{
    /// <summary>The server's clock (<c>Date</c>), to the second; <see langword="null"/> without an answer.</summary>
    public DateTimeOffset? Date { get; init; }

    public static implicit operator Exchange(ApiError error) => new(default, error);
}
