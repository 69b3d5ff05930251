namespace Exporter.Exposition.Families;

/// <summary>A part of the snapshot, from which families read their samples.</summary>
/// <param name="Scope">The labels that all samples of the part carry; a <see langword="null"/> value leaves its label out.</param>
internal abstract record Part(params (string Label, string? Value)[] Scope)
{
    /// <summary>Whether both are the same part under the same labels, even with different numbers.</summary>
    public virtual bool IsSamePart(Part other) => Scope.SequenceEqual(other.Scope);

    /// <summary>Whether the same part is certain to give the same lines in every family.</summary>
    public abstract bool LooksLike(Part other);
}
