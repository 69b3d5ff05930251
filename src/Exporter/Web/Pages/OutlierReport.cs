namespace Exporter.Web.Pages;

/// <summary>The links of all campaigns that stand out.</summary>
/// <param name="Outliers">The links that got far fewer clicks than their siblings predict, the largest deficit first.</param>
/// <param name="Compared">The number of links that could be compared.</param>
/// <param name="LeftOut">The number of links that were skipped because there are too many.</param>
internal sealed record OutlierReport(IReadOnlyList<OutlierStatus> Outliers, int Compared, int LeftOut)
{
    public static readonly OutlierReport Nothing = new([], 0, 0);
}
