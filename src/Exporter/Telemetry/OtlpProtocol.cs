namespace Exporter.Telemetry;

/// <summary>The transports of the protocol.</summary>
internal enum OtlpProtocol
{
    Grpc,

    HttpProtobuf,
}
