namespace Exporter.Tests.Answers;

/// <summary>The parts of an <see cref="AnswerMatrix"/>, of which a command is given those that it looks at.</summary>
internal enum AnswerKind
{
    /// <summary>Links and statistics of campaigns.</summary>
    Walks,

    /// <summary>Statistics by day.</summary>
    Days,

    /// <summary>Lists of campaigns.</summary>
    Lists,

    /// <summary>The undocumented list of names.</summary>
    Names,

    /// <summary>What the key may do.</summary>
    Scopes,
}
