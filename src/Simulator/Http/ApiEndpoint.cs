namespace Simulator;

/// <summary>A path of the API: its name in logs and rules, the scopes that it needs, and its answer.</summary>
internal sealed record ApiEndpoint(string Word, string Path, string[] Scopes, Func<Exchange, Reply> Answer)
{
    private const string Id = "{id}";

    private readonly string[] _segments = Path.Split('/');

    public bool IsById => _segments.Contains(Id, StringComparer.Ordinal);

    /// <summary>Whether the path belongs to this endpoint; also returns the id in it.</summary>
    public bool Matches(string[] segments, out string? id)
    {
        id = null;
        if (segments.Length != _segments.Length)
        {
            return false;
        }

        for (var i = 0; i < segments.Length; i++)
        {
            if (string.Equals(_segments[i], Id, StringComparison.Ordinal))
            {
                id = Uri.UnescapeDataString(segments[i]);
            }
            else if (!string.Equals(_segments[i], segments[i], StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
