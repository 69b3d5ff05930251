namespace Exporter.Polling;

/// <summary>Where the names of automations and steps come from.</summary>
internal enum NameSource
{
    /// <summary>From the configuration only.</summary>
    Config,

    /// <summary>Also from <c>GET /v3/marketing/automations</c>, which SendGrid does not document.</summary>
    UndocumentedApi,
}
