namespace Exporter.Web.Access;

/// <summary>Marks an endpoint that anybody may ask: orchestrators have no credentials.</summary>
internal sealed class AllowAnonymous
{
    public static readonly AllowAnonymous Mark = new();

    private AllowAnonymous() { }
}
