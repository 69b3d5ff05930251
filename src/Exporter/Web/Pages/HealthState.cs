using System.Text.Json.Serialization;

namespace Exporter.Web.Pages;

/// <summary>How something is, the best first.</summary>
[JsonConverter(typeof(ConditionWords))]
internal enum HealthState
{
    /// <summary>The last poll was complete.</summary>
    Good,

    /// <summary>It has not been polled yet.</summary>
    Waiting,

    /// <summary>The last poll failed; what was known before is still served.</summary>
    Failing,

    /// <summary>Nothing is served: what was known is too old, or nothing ever was.</summary>
    Stale,
}
