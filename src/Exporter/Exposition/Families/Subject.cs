namespace Exporter.Exposition.Families;

/// <summary>The subject of the samples of a family: an account, a campaign or the exporter, as one snapshot shows it.</summary>
/// <param name="Scope">The labels that all samples about it carry; a <see langword="null"/> value leaves its label out.</param>
internal abstract record Subject(params (string Label, string? Value)[] Scope)
{
    /// <summary>Whether both are the same subject under the same labels, even with different numbers.</summary>
    public virtual bool IsSameSubject(Subject other) => Scope.SequenceEqual(other.Scope);

    /// <summary>Whether the same subject is certain to give the same lines in every family.</summary>
    public abstract bool LooksLike(Subject other);
}
