using System.Text.Json.Nodes;

namespace Simulator;

/// <summary>The answers without data that SendGrid was seen to give.</summary>
internal static class Replies
{
    public static Reply BadKey() =>
        Reply.Json(
            401,
            new JsonObject
            {
                ["errors"] = new JsonArray(
                    new JsonObject
                    {
                        ["message"] = "The provided authorization grant is invalid, expired, or revoked",
                        ["field"] = null,
                        ["help"] = null,
                    }
                ),
            }
        );

    public static Reply Forbidden() => Reply.Error(403, "access forbidden");

    public static Reply TooManyRequests() => Reply.Error(429, "too many requests");

    public static Reply NotFound() => Reply.Error(404, "resource not found");
}
