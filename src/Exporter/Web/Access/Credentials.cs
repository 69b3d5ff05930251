namespace Exporter.Web.Access;

/// <summary>The result of checking a request's credentials.</summary>
internal enum Credentials
{
    Accepted,
    Refused,

    /// <summary>Too many checks are waiting; these credentials were not checked.</summary>
    Overloaded,
}
