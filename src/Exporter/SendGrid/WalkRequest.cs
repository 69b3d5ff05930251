using System.Text.Json.Serialization.Metadata;

namespace Exporter.SendGrid;

/// <summary>The start of a walk and the format of its answers.</summary>
/// <param name="First">Returns the first page for a page size.</param>
/// <param name="Page">The JSON format of a page.</param>
/// <param name="IsGrouped">Whether the first page requests rows by group (<c>group_by</c>).</param>
internal sealed record WalkRequest<TPage>(ApiEndpoint Endpoint, Func<int, Uri> First, JsonTypeInfo<TPage> Page, bool IsGrouped = false);
