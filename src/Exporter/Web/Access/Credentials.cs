namespace Exporter.Web.Access;

/// <summary>What came of looking at a request's credentials.</summary>
internal enum Credentials
{
    Accepted,
    Refused,

    /// <summary>Too many are being looked at; nothing is known of these.</summary>
    Overloaded,
}
