using System.Buffers;
using System.Text.Json;
using Exporter.History;
using Exporter.Snapshots;

namespace Exporter.Web;

/// <summary>
/// Answers <c>/api/v1/history?automation=…[&amp;account=…][&amp;from=…][&amp;to=…][&amp;step=…]</c> with the changes of each link's clicks:
/// for each stretch of <c>step</c> the last one. The answer is written while the store is read, so its memory does not depend on how much
/// is stored.
/// </summary>
internal sealed class HistoryEndpoint(SavedState history, SnapshotStore store, TimeProvider time)
{
    /// <summary>The number of answers at the same time; each uses one processor as long as it lasts.</summary>
    private const int MostAnswers = 2;

    /// <summary>The largest number of changes in one answer, about 30 MB of JSON.</summary>
    private const int MostRows = 1_000_000;

    /// <summary>The number of bytes written between two checks that the client still reads.</summary>
    private const int Chunk = 16 * 1024;

    /// <param name="time">The clock of their patience.</param>
    public static AnswerPlaces Places(TimeProvider time) =>
        new(time, MostAnswers, $"More than {MostAnswers} histories are being read; try again soon.", retryAfter: 5);

    public Task AnswerAsync(HttpContext context) =>
        FindProblem(context.Request.Query, out var range, out var account, out var campaign) is { } problem
            ? RefuseAsync(context, problem.Status, problem.Why)
            : AnswerAsync(context, account!, campaign!, range!);

    /// <returns>The status and reason of a refusal; <see langword="null"/> when there is an answer.</returns>
    private (int Status, string Why)? FindProblem(
        IQueryCollection query,
        out HistoryRange? range,
        out AccountSnapshot? account,
        out CampaignSnapshot? campaign
    )
    {
        (account, campaign) = (null, null);
        var (name, accountName) = (query["automation"].ToString(), query["account"].ToString());
        if (HistoryRange.FindProblem(query["from"], query["to"], query["step"], time.GetUtcNow(), out range) is { } nonsense)
        {
            return (StatusCodes.Status400BadRequest, nonsense);
        }

        if (name.Length == 0)
        {
            return (StatusCodes.Status400BadRequest, "automation=… is missing: give a name or an id.");
        }

        var found = AutomationLookup.Find(store.Current.Accounts, name, accountName);
        if (found is not [var only])
        {
            return found.Count == 0
                ? (StatusCodes.Status404NotFound, "No such automation.")
                : (StatusCodes.Status400BadRequest, "Several accounts have an automation of this name or id: choose one by account=…");
        }

        (account, campaign) = only;
        return null;
    }

    private async Task AnswerAsync(HttpContext context, AccountSnapshot account, CampaignSnapshot campaign, HistoryRange range)
    {
        try
        {
            using var reading = history.BeginReading();
            var (links, firstSeen) = reading is null
                ? (0, null)
                : await reading.ReadAsync(reader => reader.Extent(account.Identity, campaign.Kind, campaign.Id, SeriesKey.LinkClicks));
            range = range.StartingAt(firstSeen);
            if (range.FindProblem(links, MostRows) is { } tooMuch)
            {
                await RefuseAsync(context, StatusCodes.Status400BadRequest, tooMuch);
                return;
            }

            (context.Response.StatusCode, context.Response.ContentType) = (StatusCodes.Status200OK, "application/json");
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await WriteAsync(context, account, campaign, range.Thin(links, MostRows), reading, context.RequestAborted);
            }
        }
        catch (StoreUnreadableException) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            context.Response.Headers.RetryAfter = "5";
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "The saved state cannot be read now.");
        }
        catch (Exception e) when (e is StoreUnreadableException or OperationCanceledException or IOException)
        {
            // Half an answer must not look like a complete one.
            context.Abort();
        }
    }

    private static async Task WriteAsync(
        HttpContext context,
        AccountSnapshot account,
        CampaignSnapshot campaign,
        HistoryRange range,
        StoreReading? reading,
        CancellationToken gone
    )
    {
        // Not into the body itself: what fails before the first piece is sent can then still be answered by an error.
        var piece = new ArrayBufferWriter<byte>(Chunk * 2);
        using var json = new Utf8JsonWriter(piece);
        json.WriteStartObject();
        json.WriteString("automation", campaign.Label);
        json.WriteString("automation_id", campaign.Id);
        json.WriteString("account", account.Name);
        json.WriteBoolean("kept", reading is not null);
        json.WriteNumber("step", range.Step.TotalSeconds);
        json.WriteStartArray("links");
        var links = reading?.ReadAllAsync(reader => reader.Series(account.Identity, campaign.Kind, campaign.Id, SeriesKey.LinkClicks));
        await foreach (var series in links ?? AsyncEnumerable.Empty<StoredSeries>())
        {
            var isBegun = false;
            await foreach (var seen in reading!.ReadAllAsync(reader => reader.Observations(series, range.From, range.To, range.Step)))
            {
                if (!isBegun)
                {
                    BeginLink(json, series);
                    isBegun = true;
                }

                json.WriteStartObject();
                json.WriteNumber("time", seen.At.ToUnixTimeMilliseconds() / 1000d);
                if (seen.Value is { } total)
                {
                    json.WriteNumber("total", total);
                }
                else
                {
                    json.WriteNull("total");
                }

                json.WriteEndObject();
                if (piece.WrittenCount + json.BytesPending > Chunk)
                {
                    await SendAsync(context, json, piece, gone);
                }
            }

            if (isBegun)
            {
                json.WriteEndArray();
                json.WriteEndObject();
            }

            gone.ThrowIfCancellationRequested();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(gone);
        piece.Write("\n"u8);
        await SendAsync(context, json, piece, gone);
    }

    private static async Task SendAsync(HttpContext context, Utf8JsonWriter json, ArrayBufferWriter<byte> piece, CancellationToken gone)
    {
        await json.FlushAsync(gone);
        await context.Response.BodyWriter.WriteAsync(piece.WrittenMemory, gone);
        piece.ResetWrittenCount();
    }

    private static void BeginLink(Utf8JsonWriter json, StoredSeries series)
    {
        json.WriteStartObject();
        json.WriteString("step_id", series.Key.First);
        json.WriteString("url_location", series.Key.Location);
        json.WriteString("first_seen", series.FirstSeen);
        json.WriteStartArray("clicks");
    }

    private static Task RefuseAsync(HttpContext context, int status, string why) => TextResponse.WriteAsync(context, status, why + "\n");
}
