using Exporter.SendGrid.Keys;
using Exporter.SendGrid.RateLimits;

namespace Exporter.SendGrid;

/// <summary>How one SendGrid account, or one subuser of it, is reached.</summary>
internal sealed record ApiOptions
{
    /// <summary>
    /// Value of the label <c>account</c>; <see langword="null"/> when there is one account without a name, then the label is absent.
    /// </summary>
    public string? Name { get; init; }

    public required ApiKey ApiKey { get; init; }

    /// <summary>
    /// Scheme, host and port of the API; the key is never sent to another origin. Default <c>https://api.sendgrid.com</c>.
    /// </summary>
    public Uri BaseUrl { get; init; } = new("https://api.sendgrid.com");

    /// <summary>
    /// User name of the subuser asked for (header <c>on-behalf-of</c>); <see langword="null"/> asks for the key's own account.
    /// </summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>Rows asked for per page, 1 to 100. Default 50, the most that SendGrid's current documents allow.</summary>
    public int PageSize { get; init; } = 50;

    public RateOptions Rate { get; init; } = new();
}
