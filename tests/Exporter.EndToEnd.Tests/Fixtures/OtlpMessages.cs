using System.Globalization;

namespace Exporter.EndToEnd.Fixtures;

/// <summary>A metric of one push. The numbers in the code are the fields of opentelemetry-proto 1.x.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="IsCounter">A cumulative, monotonic sum; otherwise a gauge.</param>
/// <param name="Points">Attributes and values.</param>
/// <param name="Resource">What it is about.</param>
internal sealed record OtlpMetric(
    string Name,
    string Unit,
    bool IsCounter,
    IReadOnlyList<(IReadOnlyDictionary<string, string> Attributes, double Value)> Points,
    IReadOnlyDictionary<string, string> Resource
)
{
    private const int Cumulative = 2;

    public static IEnumerable<OtlpMetric> Read(byte[] request) =>
        from resource in new ReadOnlyMemory<byte>(request).All(1)
        from scope in resource.All(2)
        from metric in scope.All(2)
        let about = OtlpAttributes.Read(resource.Last(1).Bytes, 1)
        select Read(metric, about);

    private static OtlpMetric Read(ReadOnlyMemory<byte> metric, IReadOnlyDictionary<string, string> resource)
    {
        var sum = metric.Last(7).Bytes;
        var data = sum.IsEmpty ? metric.Last(5).Bytes : sum;
        Assert.False(data.IsEmpty, "neither a gauge nor a sum");
        Assert.True(
            sum.IsEmpty || (sum.Last(2).Value == Cumulative && sum.Last(3).Value == 1),
            "a sum that is not cumulative and monotonic"
        );
        return new(metric.Last(1).Text, metric.Last(3).Text, !sum.IsEmpty, [.. data.All(1).Select(Point)], resource);
    }

    private static (IReadOnlyDictionary<string, string> Attributes, double Value) Point(ReadOnlyMemory<byte> point) =>
        (OtlpAttributes.Read(point, 7), BitConverter.UInt64BitsToDouble(point.Last(4).Value));
}

internal sealed record OtlpSpan(
    string TraceId,
    string SpanId,
    string Parent,
    string Name,
    ulong Start,
    ulong End,
    bool Failed,
    IReadOnlyDictionary<string, string> Attributes
)
{
    public static IEnumerable<OtlpSpan> Read(byte[] request) =>
        from resource in new ReadOnlyMemory<byte>(request).All(1)
        from scope in resource.All(2)
        from span in scope.All(2)
        select new OtlpSpan(
            Convert.ToHexString(span.Last(1).Bytes.Span),
            Convert.ToHexString(span.Last(2).Bytes.Span),
            Convert.ToHexString(span.Last(4).Bytes.Span),
            span.Last(5).Text,
            span.Last(7).Value,
            span.Last(8).Value,
            span.Last(15).Bytes.Last(3).Value == 2,
            OtlpAttributes.Read(span, 9)
        );
}

internal sealed record OtlpLogRecord(string Severity, string Body, IReadOnlyDictionary<string, string> Attributes)
{
    public static IEnumerable<OtlpLogRecord> Read(byte[] request) =>
        from resource in new ReadOnlyMemory<byte>(request).All(1)
        from scope in resource.All(2)
        from record in scope.All(2)
        select new OtlpLogRecord(record.Last(3).Text, record.Last(5).Bytes.Last(1).Text, OtlpAttributes.Read(record, 6));
}

internal static class OtlpAttributes
{
    public static IReadOnlyDictionary<string, string> Read(ReadOnlyMemory<byte> message, int field) =>
        message.All(field).ToDictionary(static pair => pair.Last(1).Text, static pair => Value(pair.Last(2).Bytes), StringComparer.Ordinal);

    private static string Value(ReadOnlyMemory<byte> any) =>
        Protobuf.Fields(any).FirstOrDefault() switch
        {
            { Number: 2, Value: var flag } => flag == 1 ? "true" : "false",
            { Number: 3, Value: var number } => ((long)number).ToString(CultureInfo.InvariantCulture),
            { Number: 4, Value: var bits } => BitConverter.UInt64BitsToDouble(bits).ToString(CultureInfo.InvariantCulture),
            var text => text.Text,
        };
}
