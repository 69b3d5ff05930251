namespace Exporter.SendGrid;

/// <summary>Rows asked for per page of one account: as configured, or 50 once the API has refused more and accepted that.</summary>
internal sealed class PageSize(int configured)
{
    /// <summary>The most that SendGrid's current documents allow.</summary>
    public const int Documented = 50;

    private bool _isLowered;

    public int Current
    {
        get;
        set => (_isLowered, field) = (_isLowered || value < field, value);
    } = configured;

    /// <summary>The same with another size configured: more than was refused before is not asked for again.</summary>
    public PageSize Configured(int next) =>
        new(next) { Current = _isLowered && next > Documented ? Documented : next, _isLowered = _isLowered };
}
