namespace Exporter.Web.Pages;

/// <summary>What stands out among the links of all campaigns.</summary>
/// <param name="Outliers">The links that got far less than their siblings predict, those first that lack most.</param>
/// <param name="Compared">Links that could be compared.</param>
/// <param name="LeftOut">Links that were not looked at, because there are so many.</param>
internal sealed record OutlierReport(IReadOnlyList<OutlierStatus> Outliers, int Compared, int LeftOut)
{
    public static readonly OutlierReport Nothing = new([], 0, 0);
}
