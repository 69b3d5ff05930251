namespace Simulator;

/// <summary>The sender of a request, identified by the key and <c>on-behalf-of</c>.</summary>
internal sealed record Caller(string? Authorization, string? OnBehalfOf, bool KeyIsKnown, SimulatedAccount? Account)
{
    private const string Bearer = "Bearer ";

    public string? Key =>
        Authorization?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) == true ? Authorization[Bearer.Length..] : null;

    public static Caller Of(HttpRequest request, IReadOnlyList<SimulatedAccount> accounts)
    {
        var caller = new Caller(Header(request, "Authorization"), Header(request, "on-behalf-of"), KeyIsKnown: false, Account: null);
        var owner = accounts.FirstOrDefault(account => Same(account.ApiKey, caller.Key));
        var acting = caller.OnBehalfOf is null
            ? owner
            : accounts.FirstOrDefault(a => owner is not null && Same(a.Parent, owner.Name) && Same(a.Subuser, caller.OnBehalfOf));
        return caller with { KeyIsKnown = owner is not null, Account = acting };
    }

    /// <summary>Returns the refusal, or <see langword="null"/> for an account that may use this endpoint.</summary>
    public Reply? Refusal(ApiEndpoint endpoint) =>
        Authorization is null ? Reply.Error(401, "authorization required")
        : !KeyIsKnown ? Replies.BadKey()
        : Account is null || endpoint.Scopes.Except(Account.Scopes, StringComparer.Ordinal).Any() ? Replies.Forbidden()
        : null;

    private static string? Header(HttpRequest request, string name) =>
        request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    private static bool Same(string? left, string? right) => left is not null && string.Equals(left, right, StringComparison.Ordinal);
}
