namespace Exporter.Configuration;

/// <summary>An error or a warning about the configuration. Its text never holds an API key.</summary>
internal sealed record Problem(string File, Position At, string Message)
{
    public override string ToString() => At == default ? $"{File}: {Message}" : $"{File}:{At.Line}:{At.Column}: {Message}";
}
