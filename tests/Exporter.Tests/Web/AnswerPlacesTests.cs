using Exporter.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;

namespace Exporter.Tests.Web;

public sealed class AnswerPlacesTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Requests_beyond_the_places_are_refused_until_one_is_free_again()
    {
        var places = new AnswerPlaces(_clock, most: 2, "More than 2.", retryAfter: 7);
        var held = new TaskCompletionSource();
        var (first, second) = (places.AnswerAsync(Context(), _ => held.Task), places.AnswerAsync(Context(), _ => held.Task));

        var (third, isAnswered) = (Context(), false);
        await places.AnswerAsync(third, Answer);
        Assert.Equal((false, 503, "7"), (isAnswered, third.Response.StatusCode, third.Response.Headers.RetryAfter.ToString()));

        held.SetException(new IOException("the client is gone"));
        await Assert.ThrowsAsync<IOException>(() => first);
        await Assert.ThrowsAsync<IOException>(() => second);
        await places.AnswerAsync(Context(), Answer);
        Assert.True(isAnswered);

        Task Answer(HttpContext context)
        {
            isAnswered = true;
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_reader_that_takes_minutes_is_disconnected_and_one_that_has_read_is_not()
    {
        var places = new AnswerPlaces(_clock, most: 1, "More than 1.");
        var (done, slow) = (Context(), Context());
        await places.AnswerAsync(done, static _ => Task.CompletedTask);
        var reading = places.AnswerAsync(slow, HangAsync);

        _clock.Advance(TimeSpan.FromSeconds(119));
        Assert.False(slow.RequestAborted.IsCancellationRequested);
        _clock.Advance(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.False(done.RequestAborted.IsCancellationRequested);
    }

    private Task HangAsync(HttpContext context) => Task.Delay(Timeout.InfiniteTimeSpan, _clock, context.RequestAborted);

    private static DefaultHttpContext Context()
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpRequestLifetimeFeature>(new Lifetime());
        return context;
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        private readonly CancellationTokenSource _aborted = new();

        public CancellationToken RequestAborted
        {
            get => _aborted.Token;
            set => throw new NotSupportedException();
        }

        public void Abort() => _aborted.Cancel();
    }
}
