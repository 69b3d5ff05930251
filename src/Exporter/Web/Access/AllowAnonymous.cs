namespace Exporter.Web.Access;

/// <summary>Marks an endpoint that needs no credentials: orchestrators have none.</summary>
internal sealed class AllowAnonymous
{
    public static readonly AllowAnonymous Mark = new();

    private AllowAnonymous() { }
}
