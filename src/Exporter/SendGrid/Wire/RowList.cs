using System.Text.Json;

namespace Exporter.SendGrid.Wire;

internal static class RowList
{
    /// <summary>Returns the rows as they were read; null becomes an empty list.</summary>
    /// <exception cref="JsonException">A row is null.</exception>
    public static IReadOnlyList<TRow> Of<TRow>(IReadOnlyList<TRow>? rows)
        where TRow : class
    {
        if (rows is null)
        {
            return [];
        }

        return rows.Contains(null) ? throw new JsonException("a row is null") : rows;
    }
}
