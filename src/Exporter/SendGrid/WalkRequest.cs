using System.Text.Json.Serialization.Metadata;

namespace Exporter.SendGrid;

/// <summary>Where a walk starts and what its answers are made of.</summary>
/// <param name="Endpoint">The path's word.</param>
/// <param name="First">The first page for a page size.</param>
/// <param name="Page">Reads a page.</param>
/// <param name="IsGrouped">Whether the first page asks for rows by group (<c>group_by</c>).</param>
internal sealed record WalkRequest<TPage>(ApiEndpoint Endpoint, Func<int, Uri> First, JsonTypeInfo<TPage> Page, bool IsGrouped = false);
