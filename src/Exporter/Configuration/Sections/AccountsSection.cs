using Exporter.Configuration.Values;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.RateLimits;

namespace Exporter.Configuration.Sections;

internal static class AccountsSection
{
    private static readonly RateOptions DefaultRate = new();

    public static IReadOnlyList<AccountOptions> Read(Section root, PollOptions poll)
    {
        var names = new Dictionary<string, Position>(StringComparer.Ordinal);
        var accounts = root.Maps("accounts", section => (Section: section, Options: Account(section, poll, names)));
        root.Require(accounts.Count > 0, "accounts: expected at least one account, found none", "accounts");
        foreach (var (section, _) in accounts.Where(a => accounts.Count > 1 && !a.Section.Has("name")))
        {
            section.Require(
                holds: false,
                $"{section.PathOf("name")}: missing, expected a name because there is more than one account",
                "name"
            );
        }

        return [.. accounts.Select(a => a.Options)];
    }

    private static AccountOptions Account(Section section, PollOptions poll, Dictionary<string, Position> names)
    {
        var account = new ApiOptions
        {
            Name = section.TryGet("name", ValueParsers.Label, out var name) ? name : null,
            ApiKey = ApiKeySettings.Read(section),
        };
        account = account with
        {
            BaseUrl = section.Get("base_url", ValueParsers.Origin, account.BaseUrl),
            OnBehalfOf = section.TryGet("on_behalf_of", ValueParsers.UserName, out var subuser) && subuser.Length > 0 ? subuser : null,
            PageSize = section.Get("page_size", ValueParsers.WholeNumber(1, 100), account.PageSize),
            Rate = section.Map("rate", Rate),
        };
        section.Distinct("name", account.Name, names);
        var doubt = DoubtOf(account.BaseUrl);
        section.Recommend(doubt is null, $"{section.PathOf("base_url")}: {doubt}", "base_url");

        var polled = new AccountOptions
        {
            Api = account,
            Automations = section.Map("automations", s => AutomationsSection.Read(s, poll)),
            SingleSends = section.Map("single_sends", SingleSendsSection.Read),
        };
        section.Recommend(
            polled is not { Automations: { Discover: false, List: [] }, SingleSends: { Discover: false, List: [] } },
            "nothing is polled for this account: no campaign is listed and discovery is off",
            "automations",
            "single_sends"
        );
        return polled;
    }

    private static RateOptions Rate(Section section) =>
        new()
        {
            RequestsPerSecond = section.Get("requests_per_second", ValueParsers.Number(0.1, 1000), DefaultRate.RequestsPerSecond),
            Concurrency = section.Get("concurrency", ValueParsers.WholeNumber(1, 64), DefaultRate.Concurrency),
        };

    /// <summary>Returns a warning about an address of the API; <see langword="null"/> when there is none.</summary>
    public static string? DoubtOf(Uri baseUrl) =>
        baseUrl.Host.TrimEnd('.').Equals("api.eu.sendgrid.com", StringComparison.OrdinalIgnoreCase)
            ? $"SendGrid documents the statistics of Marketing Campaigns for its global host only, not for {baseUrl.Host}"
            : null;
}
