using System.Text.Json.Serialization;

namespace Exporter.Web.Pages;

/// <summary>The health of a part of the program, the best first.</summary>
[JsonConverter(typeof(HealthStateConverter))]
internal enum HealthState
{
    /// <summary>The last poll was complete.</summary>
    Good,

    /// <summary>It has not been polled yet.</summary>
    Waiting,

    /// <summary>The last poll failed; the last known values are still served.</summary>
    Failing,

    /// <summary>No values are served: the last known ones are too old, or there never were any.</summary>
    Stale,
}
