using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Exporter.SendGrid.Keys;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.SendGrid;

/// <summary>Sends one request and turns any outcome into an <see cref="ApiResponse"/>. No other code uses the key.</summary>
internal sealed class Transport(
    HttpClient http,
    ApiOptions account,
    RateGate gate,
    KeyWatch watch,
    KeyRing keys,
    Instruments.AccountInstruments instruments,
    SteadyTime time
)
{
    /// <summary>The time limit of one request, body included. "no answer within 30 s" is what operators report about bad minutes.</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The time limit for the body of an error answer. The status is already known, so its text is not worth a long wait.
    /// </summary>
    private static readonly TimeSpan ErrorBodyTimeout = TimeSpan.FromSeconds(5);

    public RateGate Gate => gate;

    /// <summary>See <see cref="RateGate.NotBefore(string, string)"/>; with the key as last read.</summary>
    public DateTimeOffset NotBefore(string path) => gate.NotBefore(path, Asker(account.ApiKey.RevealLast()));

    /// <summary>The standing of the key as last read, by the answers so far.</summary>
    public KeyStanding Key => watch.StandingOf(account.ApiKey.RevealLast());

    /// <summary>Reads the key's file again. This may wait for a file that hangs.</summary>
    public void RefreshKey() => Reveal();

    /// <summary>Returns the transport for changed options of the account, with the same gate and key watch.</summary>
    public Transport WithOptions(ApiOptions changed) => new(http, changed, gate, watch, keys, instruments, time);

    /// <summary>
    /// Returns the transport for options that lead to another account of the API. The watch knows keys apart, but not servers.
    /// </summary>
    /// <param name="changed">The options.</param>
    /// <param name="other">The gate of that account.</param>
    public Transport ForAnotherAccount(ApiOptions changed, RateGate other) =>
        new(
            http,
            changed,
            other,
            changed.BaseUrl == account.BaseUrl ? watch : new KeyWatch(other.Time),
            keys,
            instruments.WithoutRateLimits(),
            other.Time
        );

    /// <summary>Passes the gate, sends the request and reads the whole body.</summary>
    /// <returns>A whole JSON document or an error; network failures never throw.</returns>
    /// <exception cref="OperationCanceledException">The attempt's deadline passed, or the attempt was stopped.</exception>
    public async Task<ApiResponse> SendAsync(ApiEndpoint endpoint, Uri uri, PollContext attempt, FailureReason? retryReason = null)
    {
        if (!NextLink.SameOrigin(account.BaseUrl, uri))
        {
            throw new InvalidOperationException("a request to another origin than base_url must not be built");
        }

        while (true)
        {
            // A key that was refused may keep the request from being sent, so then it is worth a look whether it was replaced.
            if (endpoint.IsDocumented && Key.Refusal is not null && StandingOfFresh(out var doubted) is { Refusal: { } refusal } standing)
            {
                if (standing.IsRefused && !attempt.IsProbe)
                {
                    return refusal with { KeyIsRefused = true, NotBefore = null };
                }

                if (standing.IsInDoubt)
                {
                    attempt.RecordError(refusal);
                    await watch.WaitAsync(doubted, attempt.Token);
                }
            }

            // What keeps the request from being sent is about the key that would be used.
            var keyNumber = Key.KeyNumber;
            attempt.KeyNumber = keyNumber;
            if (!await WaitAsync(attempt.NotBeforeOf(endpoint, keyNumber), attempt))
            {
                return new ApiError(FailureReason.RateLimited, "the API asked for a wait (Retry-After) that ends after the deadline");
            }

            using var place = await EnterAsync(endpoint, attempt);
            if (place is null)
            {
                return gate.ReasonOf(endpoint);
            }

            // It may have been replaced, or have come into doubt, while this request waited for its place.
            var key = Reveal();
            using var turn = endpoint.IsDocumented ? watch.TryAsk(key, attempt.IsProbe) : KeyWatch.Turn.Free;
            if (turn is not null)
            {
                return await SendAsync(endpoint, uri, key, attempt, retryReason);
            }
        }
    }

    /// <summary>Names who asks: the key, and the subuser if there is one. A wait of one subuser does not concern another.</summary>
    private string Asker(string key) => account.OnBehalfOf is { } subuser ? $"{key} {subuser}" : key;

    /// <summary>Reads the key's file again. No answer shows the key from then on.</summary>
    private string Reveal()
    {
        var key = account.ApiKey.Reveal();
        keys.Add(key);
        return key;
    }

    private KeyStanding StandingOfFresh(out string key)
    {
        key = Reveal();
        return watch.StandingOf(key);
    }

    private async Task<ApiResponse> SendAsync(ApiEndpoint endpoint, Uri uri, string key, PollContext attempt, FailureReason? retryReason)
    {
        if (retryReason is { } reason)
        {
            instruments.Retried(reason.Label());
        }

        using var limit = new CancellationTokenSource(RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, attempt.Token);
        var (started, keyNumber) = (time.GetTimestamp(), watch.StandingOf(key).KeyNumber);
        attempt.KeyNumber = keyNumber;
        var status = 0;
        using var span = PollTraces.Request(endpoint.Label, uri, keys.Hide);
        try
        {
            using var request = Request(uri, key);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            status = (int)answer.StatusCode;
            var (now, machine) = (time.GetUtcNow(), time.Machine.GetUtcNow());
            var headers = RateLimitHeaders.Read(answer.Headers, now, machine);
            attempt.ServerAhead = RateLimitHeaders.DateOf(answer.Headers) - machine;
            var reset = headers.ResetAt is { } at ? new Moment(at + (machine - now), time.Machine) : null;
            instruments.RateLimitSeen(endpoint.Label, headers.Limit, headers.Remaining, reset is null ? null : () => reset.At);
            HeadersSeen(endpoint, uri, (key, keyNumber), status, headers, attempt);
            var error = status == (int)HttpStatusCode.OK ? null : await ErrorAsync(answer, key, headers, attempt.Token);
            if (error is { Reason: FailureReason.RateLimited })
            {
                gate.Explain(endpoint, error);
            }

            var response = error is null ? await ReadAsync(answer.Content, either.Token) : error;
            return response with { Date = RateLimitHeaders.DateOf(answer.Headers), Error = Judged(endpoint, uri, key, response.Error) };
        }
        catch (OperationCanceledException) when (!attempt.Token.IsCancellationRequested)
        {
            return new ApiError(FailureReason.Timeout, $"no complete answer within {RequestTimeout.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            var (cause, words) = ConnectionErrors.From(e);
            return new ApiError(ConnectionErrors.IsSilence(e) ? FailureReason.Timeout : FailureReason.Unavailable, words) { Cause = cause };
        }
        catch (InvalidDataException)
        {
            return new ApiError(FailureReason.Unavailable, "the compressed body is damaged");
        }
        finally
        {
            instruments.RequestEnded(endpoint.Label, status == 0 ? "none" : status.ToString(), time.GetElapsedTime(started));
            span.RequestEnded(status);
        }
    }

    /// <summary>
    /// Records what status and headers say, before the body is read: that may stall until the deadline, or break.
    /// </summary>
    private void HeadersSeen(
        ApiEndpoint endpoint,
        Uri uri,
        (string Text, int Number) key,
        int status,
        RateLimitHeaders headers,
        PollContext attempt
    )
    {
        var error = status == (int)HttpStatusCode.OK ? null : ToError(status, ErrorBody.None, headers);
        gate.Answered(endpoint, error, headers, attempt.LongestBackOff);
        if (error is not null)
        {
            attempt.RecordError(error);
        }

        if (headers.RetryAt is not { } retryAt || error is { Reason: FailureReason.RateLimited })
        {
            return;
        }

        attempt.RecordWait(endpoint, new NamedWait(retryAt, key.Number));
        if (error is not { Reason: FailureReason.Forbidden or FailureReason.Unauthorized })
        {
            // What a refusal names ends with another key.
            gate.RecordWait(uri.AbsolutePath, Asker(key.Text), retryAt);
        }
    }

    /// <summary>Records what an answer shows about the key, and adds the key's standing to its error.</summary>
    private ApiError? Judged(ApiEndpoint endpoint, Uri uri, string key, ApiError? error)
    {
        if (!endpoint.IsDocumented)
        {
            return error;
        }

        // A page from another server contains no information about keys, whatever its status.
        if (error is null or { Cause: FailureCause.NotFound })
        {
            watch.Accepted(key, uri.AbsolutePath);
        }

        var standing = error is { Reason: FailureReason.Unauthorized } ? watch.RecordRefusal(key, uri.AbsolutePath, error) : null;
        if (error is null or { Reason: FailureReason.RateLimited })
        {
            return error;
        }

        // The key file may have been replaced while this request was in flight.
        return key != Reveal()
            ? error with
            {
                KeyHasChanged = true,
                NotBefore = null,
            }
            : error with
            {
                KeyIsInDoubt = standing is { IsInDoubt: true },
                KeyIsRefused = standing is { IsRefused: true },
            };
    }

    /// <returns><see langword="false"/>, at once, when the moment lies beyond the deadline.</returns>
    private async ValueTask<bool> WaitAsync(DateTimeOffset until, PollContext attempt)
    {
        if (!attempt.IsWithinDeadline(until))
        {
            return false;
        }

        var wait = until - time.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            attempt.HasWaited = true;
            await Task.Delay(WholeMilliseconds.Up(wait), time, attempt.Token);
        }

        return true;
    }

    private async ValueTask<RateGate.Permit?> EnterAsync(ApiEndpoint endpoint, PollContext attempt)
    {
        var entering = time.GetTimestamp();
        try
        {
            return await gate.EnterAsync(endpoint, attempt.UnpacedFrom, attempt.Deadline, attempt.Token);
        }
        finally
        {
            // A wait that the deadline ended counts too: such waits are the longest.
            instruments.Throttled(time.GetElapsedTime(entering));
        }
    }

    private HttpRequestMessage Request(Uri uri, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Accept.ParseAdd("application/json");
        if (account.OnBehalfOf is { } subuser)
        {
            request.Headers.TryAddWithoutValidation("on-behalf-of", subuser);
        }

        return request;
    }

    private async Task<ApiError> ErrorAsync(
        HttpResponseMessage answer,
        string key,
        RateLimitHeaders headers,
        CancellationToken cancellation
    ) => ToError((int)answer.StatusCode, await ErrorBodyAsync(answer.Content, key, cancellation), headers);

    private static ApiError ToError(int status, ErrorBody body, RateLimitHeaders headers) =>
        StatusErrors.ToApiError(status, body, headers.NamedTime(isRefused: status == (int)HttpStatusCode.TooManyRequests));

    /// <summary>Reads as much of the body as arrives in time; the status is usable without it.</summary>
    private async Task<ErrorBody> ErrorBodyAsync(HttpContent content, string key, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(ErrorBodyTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var body = new ArrayBufferWriter<byte>();
        try
        {
            await using var stream = await content.ReadAsStreamAsync(either.Token);
            await ReadAsync(stream, body, ErrorBody.MostBytes, either.Token);
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException or InvalidDataException
                || (e is OperationCanceledException && !cancellation.IsCancellationRequested)
            )
        {
            // The part before the failure may contain the sentence.
        }

        return ErrorBody.Read(body.WrittenSpan, key, keys.Hide);
    }

    /// <returns>Whether the body ended within the limit.</returns>
    private static async Task<bool> ReadAsync(Stream stream, ArrayBufferWriter<byte> body, int most, CancellationToken cancellation)
    {
        try
        {
            int read;
            while ((read = await stream.ReadAsync(body.GetMemory(4 * 1024), cancellation)) > 0)
            {
                body.Advance(read);
                if (body.WrittenCount > most)
                {
                    return false;
                }
            }

            return true;
        }
        catch (InvalidOperationException e)
        {
            // BrotliStream reports damaged bytes in this way.
            throw new InvalidDataException("the compressed body is damaged", e);
        }
    }

    private async Task<ApiResponse> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        // Do not use ReadAsStringAsync: it throws on "charset=utf8", which SendGrid sends at times.
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var body = new ArrayBufferWriter<byte>(16 * 1024);
        if (!await ReadAsync(stream, body, AnswerLimits.BodyBytes, cancellation))
        {
            return new ApiError(FailureReason.InvalidResponse, $"the body is longer than {AnswerLimits.BodyBytes >> 20} MiB");
        }

        var json = JsonBody.WithoutBom(body.WrittenMemory);
        return JsonBody.Classify(json.Span) switch
        {
            JsonBody.Shape.Whole => new ApiResponse(JsonTexts.Change(json, keys.LeastLength, keys.Hide), Error: null),
            JsonBody.Shape.TooLong => new ApiError(FailureReason.InvalidResponse, $"the page has more than {AnswerLimits.PageRows} rows"),
            JsonBody.Shape.CutOff => new ApiError(FailureReason.Unavailable, "the body was cut off"),
            _ => new ApiError(
                FailureReason.InvalidResponse,
                "200, but the answer is not JSON: a page from a firewall or proxy, or a maintenance page?"
            )
            {
                Cause = FailureCause.FirewallPage,
            },
        };
    }
}
