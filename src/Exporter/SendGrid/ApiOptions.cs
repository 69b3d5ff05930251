using Exporter.SendGrid.Keys;
using Exporter.SendGrid.RateLimits;

namespace Exporter.SendGrid;

/// <summary>The way to reach one SendGrid account, or one subuser of it.</summary>
internal sealed record ApiOptions
{
    /// <summary>
    /// The value of the label <c>account</c>; <see langword="null"/> when the only account has no name, and then the label is absent.
    /// </summary>
    public string? Name { get; init; }

    public required ApiKey ApiKey { get; init; }

    /// <summary>
    /// Scheme, host and port of the API. The key is never sent to another origin. Default <c>https://api.sendgrid.com</c>.
    /// </summary>
    public Uri BaseUrl { get; init; } = new("https://api.sendgrid.com");

    /// <summary>The user name of the subuser (header <c>on-behalf-of</c>); <see langword="null"/> means the key's own account.</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>The rows requested per page, 1 to 100. Default 50, the most that SendGrid's current documents allow.</summary>
    public int PageSize { get; init; } = 50;

    public RateOptions Rate { get; init; } = new();

    /// <summary>Whether both ask the same server with the same rights, so that what it said to one counts for the other.</summary>
    public bool IsAskedAs(ApiOptions other) =>
        BaseUrl == other.BaseUrl && ApiKey.Equals(other.ApiKey) && string.Equals(OnBehalfOf, other.OnBehalfOf, StringComparison.Ordinal);
}
