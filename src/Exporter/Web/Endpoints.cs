using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Web.Access;
using Exporter.Web.Pages;

namespace Exporter.Web;

/// <summary>Maps every path that the program answers (promise 12). None of them waits for a poll or sends a request to SendGrid.</summary>
internal static class Endpoints
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>The number of pages at the same time. They read the store and are for people, who are few.</summary>
    private const int MostPages = 8;

    /// <summary>The number of answers for programs at the same time. Each is as long as the accounts are large.</summary>
    private const int MostDocuments = 8;

    /// <summary>The number of reloads at the same time; all but one of them wait.</summary>
    private const int MostReloads = 8;

    /// <param name="maxRequests">The number of scrapes at the same time.</param>
    public static void MapExporter(this WebApplication app, PublicAddresses place, int maxRequests)
    {
        var gate = app.Services.GetRequiredService<AccessGate>();
        app.Use(app.Services.GetRequiredService<RequestFence>().PassAsync);
        app.Use(
            (context, next) =>
            {
                gate.AddHeaders(context);
                return next(context);
            }
        );
        app.UseRouting();
        var time = app.Services.GetRequiredService<TimeProvider>();
        var reload = place.Prefix.PathOf("/-/reload");
        var paths = new HashSet<string>(StringComparer.Ordinal) { reload };
        app.Use(
            (context, next) =>
            {
                // Routing would accept /METRICS and /metrics/ for /metrics. Promise 12: paths match exactly.
                if (!paths.Contains(context.Request.Path.Value ?? ""))
                {
                    context.SetEndpoint(endpoint: null);
                }

                return next(context);
            }
        );
        app.Use(gate.InvokeAsync);

        Long("/metrics", MetricsEndpoint.Places(maxRequests, time), static context => Get<MetricsEndpoint>(context).AnswerAsync(context));
        Read(
                "/-/healthy",
                static context =>
                    Get<Liveness>(context).IsAlive
                        ? TextResponse.WriteAsync(context, StatusCodes.Status200OK, "OK: all poll loops are running.\n")
                        : TextResponse.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "A poll loop has died or stalled.\n")
            )
            .WithMetadata(AllowAnonymous.Mark);
        Read(
                "/-/ready",
                static context =>
                    Get<SnapshotStore>(context).Current.IsReady
                        ? TextResponse.WriteAsync(context, StatusCodes.Status200OK, "Every account has been tried.\n")
                        : TextResponse.WriteAsync(
                            context,
                            StatusCodes.Status503ServiceUnavailable,
                            "Not every account has been tried yet.\n"
                        )
            )
            .WithMetadata(AllowAnonymous.Mark);
        Long("/api/v1/history", HistoryEndpoint.Places(time), static context => Get<HistoryEndpoint>(context).AnswerAsync(context));
        var pages = new AnswerPlaces(time, MostPages, $"More than {MostPages} pages are being made; try again soon.");
        Page("/automation", static context => Get<StatusEndpoint>(context).AnswerCampaignAsync(context, CampaignKind.Automation));
        Page("/singlesend", static context => Get<StatusEndpoint>(context).AnswerCampaignAsync(context, CampaignKind.SingleSend));
        Page("/", context => IsBeside(context) ? SendToAsync(context, place) : Get<StatusEndpoint>(context).AnswerAsync(context));
        if (place.Prefix != RoutePrefix.None)
        {
            // To the router, the prefix without its final slash is the same path.
            paths.Add(place.Prefix.Path);
            paths.Add("/");
            app.MapMethods("/", Reading, context => SendToAsync(context, place));
        }

        var documents = new AnswerPlaces(time, MostDocuments, $"More than {MostDocuments} documents are being read; try again soon.");
        Document("/sd/links", static context => LinkTargets.AnswerAsync(context, Get<SnapshotStore>(context).Current));
        Document("/api/v1/status", static context => Get<StatusEndpoint>(context).AnswerJsonAsync(context));
        Document(
            "/config",
            static context =>
                TextResponse.WriteAsync(
                    context,
                    StatusCodes.Status200OK,
                    Get<ConfigurationStore>(context).Current.Yaml,
                    "application/yaml; charset=utf-8"
                )
        );
        Document("/internal/metrics", Platform(app));
        var reloads = new AnswerPlaces(time, MostReloads, $"More than {MostReloads} reloads are running; try again soon.");
        Map(reload, [HttpMethods.Post], reloads, static context => Get<ReloadEndpoint>(context).AnswerAsync(context));

        IEndpointConventionBuilder Read(string path, RequestDelegate answer)
        {
            paths.Add(place.Prefix.PathOf(path));
            return app.MapMethods(place.Prefix.PathOf(path), Reading, answer);
        }

        // The places are said in the route, too, so that a test finds an answer that has none.
        void Map(string path, string[] methods, AnswerPlaces places, RequestDelegate answer) =>
            app.MapMethods(path, methods, context => places.AnswerAsync(context, answer)).WithMetadata(places);
        void Long(string path, AnswerPlaces places, RequestDelegate answer)
        {
            paths.Add(place.Prefix.PathOf(path));
            Map(place.Prefix.PathOf(path), Reading, places, answer);
        }
        void Page(string path, RequestDelegate answer) => Long(path, pages, answer);
        void Document(string path, RequestDelegate answer) => Long(path, documents, answer);
        bool IsBeside(HttpContext context) => context.Request.Path.Value == place.Prefix.Path;
    }

    /// <summary>Makes a pipeline that one of our routes can use: the platform's own route does not match a path with a space.</summary>
    /// <remarks>
    /// It writes to memory first. A collection blocks its thread, and all who want another one, until the last one has been written: a
    /// client that does not read would keep all others out.
    /// </remarks>
    private static RequestDelegate Platform(IEndpointRouteBuilder app)
    {
        var pipeline = app.CreateApplicationBuilder();
        pipeline.UseOpenTelemetryPrometheusScrapingEndpoint(static _ => true);
        var collect = pipeline.Build();
        return async context =>
        {
            var client = context.Response.Body;
            using var collected = new MemoryStream();
            context.Response.Body = collected;
            try
            {
                await collect(context);
            }
            finally
            {
                context.Response.Body = client;
            }

            context.Response.ContentLength = collected.Length;
            await client.WriteAsync(collected.GetBuffer().AsMemory(0, (int)collected.Length), context.RequestAborted);
        };
    }

    /// <summary>Redirects to the status page. Its links are relative, so its address needs the slash at the end.</summary>
    private static Task SendToAsync(HttpContext context, PublicAddresses place)
    {
        var location = place.LocationFor(context.Request.Path.Value ?? "/");
        context.Response.Headers.Location = location;
        return TextResponse.WriteAsync(context, StatusCodes.Status302Found, $"The pages are at {location}\n");
    }

    /// <summary>Resolved at the first request, when the host has started.</summary>
    private static T Get<T>(HttpContext context)
        where T : notnull => context.RequestServices.GetRequiredService<T>();
}
