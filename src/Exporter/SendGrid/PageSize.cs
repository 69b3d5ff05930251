namespace Exporter.SendGrid;

/// <summary>
/// The rows requested per page of one account: the configured number, or 50 once the API has refused more and accepted 50.
/// </summary>
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

    /// <summary>Returns the page size after a change of the configured one. It does not try a size again that the API refused.</summary>
    public PageSize Configured(int next) =>
        new(next) { Current = _isLowered && next > Documented ? Documented : next, _isLowered = _isLowered };
}
