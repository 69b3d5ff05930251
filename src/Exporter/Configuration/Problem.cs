namespace Exporter.Configuration;

/// <summary>Something wrong with the configuration, or worth a warning. Its text never holds an API key.</summary>
internal sealed record Problem(string File, Position At, string Message)
{
    public override string ToString() => At == default ? $"{File}: {Message}" : $"{File}:{At.Line}:{At.Column}: {Message}";
}
