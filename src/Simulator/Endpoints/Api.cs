namespace Simulator;

/// <summary>All simulated endpoints. The exports come before the ids, because they have the form of one.</summary>
internal static class Api
{
    public static IReadOnlyList<ApiEndpoint> Endpoints { get; } =
    [.. AutomationEndpoints.Table, .. SingleSendEndpoints.Table, .. AccountEndpoints.Table];

    public static (ApiEndpoint? Endpoint, string? Id) Find(string path)
    {
        var segments = path.TrimStart('/').Split('/');
        foreach (var endpoint in Endpoints)
        {
            if (endpoint.Matches(segments, out var id))
            {
                return (endpoint, id);
            }
        }

        return (null, null);
    }
}
