namespace Exporter.Snapshots;

/// <summary>The part of a link's URL that the info metric shows.</summary>
internal enum UrlDisplay
{
    /// <summary>Nothing: no info series.</summary>
    None,

    /// <summary>The host: <c>shop.example</c>.</summary>
    Host,

    /// <summary>Scheme, host and path: <c>https://shop.example/offer</c>.</summary>
    Path,

    /// <summary>Everything but user name and password.</summary>
    Full,
}
