using System.Diagnostics.CodeAnalysis;
using Exporter.Configuration.Values;
using Exporter.Configuration.Yaml;
using Exporter.Disk;

namespace Exporter.Configuration.Sections;

/// <summary>A mapping of the file while it is read. Reading a value names its key, and that makes the key known.</summary>
internal sealed class Section(ReadContext reading, string path, YamlMap map)
{
    /// <summary>The longest name of a user's choice that messages show.</summary>
    private const int LongestName = 20;

    private readonly List<string> _known = [];

    public ReadContext Reading { get; } = reading;

    /// <summary>The position of the mapping.</summary>
    public Position Start => map.At;

    public bool TryGet<T>(string key, ValueParser<T> kind, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        return Find(key) is { } node && Reading.TryRead(PathOf(key), node, kind, out value);
    }

    /// <summary>Returns the value of an optional key.</summary>
    public T Get<T>(string key, ValueParser<T> kind, T fallback) => TryGet(key, kind, out var value) ? value : fallback;

    /// <summary>
    /// Returns the value of a required key. Without a good value a problem is reported, so the default that is returned instead is never
    /// used.
    /// </summary>
    public T Required<T>(string key, ValueParser<T> kind)
    {
        if (TryGet(key, kind, out var value))
        {
            return value;
        }

        if (!Has(key))
        {
            Reading.AddProblem(Start, PathOf(key), $"missing, expected {kind.Expected}");
        }

        return default!;
    }

    /// <summary>Reads the mapping under a key; one that is left out or empty gives its defaults.</summary>
    public T Map<T>(string key, Func<Section, T> read) => Reading.ReadMap(PathOf(key), Find(key) ?? new YamlMap(Start, []), read);

    /// <summary>Reads a mapping whose presence has a meaning; <see langword="null"/> when it is left out or empty.</summary>
    public T? MapIfThere<T>(string key, Func<Section, T> read)
        where T : class => Find(key) is { } node and not YamlScalar { IsNull: true } ? Reading.ReadMap(PathOf(key), node, read) : null;

    /// <summary>Reads a mapping whose keys the user chooses.</summary>
    public IReadOnlyDictionary<string, T> Named<T>(string key, ValueParser<string> name, ValueParser<T> kind)
    {
        var values = new Dictionary<string, T>(StringComparer.Ordinal);
        var node = Find(key);
        if (node is not (null or YamlMap or YamlScalar { IsNull: true }))
        {
            Reading.AddProblem(node.At, PathOf(key), $"expected a mapping, found {MessageText.Node(node)}");
        }

        foreach (var (written, value) in node is YamlMap named ? named.Entries : [])
        {
            // Any other text may be a name and its password in one, or a password in the place of the name.
            var isShown = written.Text.Length <= LongestName && MessageText.IsPlainKey(written.Text);
            var itemPath = isShown ? $"{PathOf(key)}.{written.Text}" : PathOf(key);
            if (!name.TryRead(written.Text, out var known))
            {
                Reading.AddProblem(written.At, itemPath, $"expected {name.Expected}");
            }
            else if (Reading.TryRead(itemPath, value, kind, out var read))
            {
                values[known] = read;
            }
        }

        return values;
    }

    /// <summary>Reads a list of mappings.</summary>
    public IReadOnlyList<T> Maps<T>(string key, Func<Section, T> read) =>
        [.. Items(key).Select(item => Reading.ReadMap(item.Path, item.Node, read))];

    /// <summary>Reads a list of distinct values.</summary>
    public IReadOnlyList<T> Values<T>(string key, ValueParser<T> kind, IEqualityComparer<T>? comparer = null)
        where T : notnull
    {
        var values = new List<T>();
        var seen = new Dictionary<T, Position>(comparer);
        foreach (var (itemPath, node) in Items(key))
        {
            if (!Reading.TryRead(itemPath, node, kind, out var value))
            {
                continue;
            }

            values.Add(value);
            if (!seen.TryAdd(value, node.At))
            {
                Reading.AddProblem(node.At, itemPath, $"expected each value once, found this one again, first at line {seen[value].Line}");
            }
        }

        return values;
    }

    /// <summary>
    /// Reports a value that another section of the same list already has. <paramref name="seen"/> holds the values of the list so far.
    /// </summary>
    public void Distinct(string key, string? value, Dictionary<string, Position> seen)
    {
        if (value is not null && !seen.TryAdd(value, PositionOf(key)))
        {
            Reading.AddProblem(
                PositionOf(key),
                PathOf(key),
                $"expected a value of its own, found {Quoted(key)} again, first at line {seen[value].Line}"
            );
        }
    }

    /// <summary>
    /// Checks a rule across keys and reports a violation at the first of them that is written. The rule is checked only when all of their
    /// values are good, so that one mistake is reported once.
    /// </summary>
    public void Require(bool holds, string message, params ReadOnlySpan<string> keys)
    {
        if (!holds && AreGood(keys))
        {
            Reading.AddProblem(FirstWritten(keys), message);
        }
    }

    /// <summary>Like <see cref="Require"/>, but a violation is only a warning.</summary>
    public void Recommend(bool holds, string message, params ReadOnlySpan<string> keys)
    {
        if (!holds && AreGood(keys))
        {
            Reading.Warn(FirstWritten(keys), message);
        }
    }

    /// <summary>Whether the key is written in the file.</summary>
    public bool Has(string key) => Entry(key) is not null;

    /// <summary>Returns the position of a key's value, or else of the section.</summary>
    public Position PositionOf(string key) => Entry(key)?.At ?? Start;

    public string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    /// <summary>Returns a value as a message shows it, before expansion.</summary>
    public string Quoted(string key) => Entry(key) is YamlScalar scalar ? Reading.Show(scalar.Text) : "nothing";

    /// <summary>Reports that the file cannot be used that a key names.</summary>
    /// <param name="file">The name of the file, after expansion.</param>
    /// <param name="content">What was read there.</param>
    public void AddFileProblem(string key, string file, FileContent content, string reason)
    {
        var written = Entry(key) is YamlScalar scalar ? scalar.Text : file;
        Reading.AddProblem(PositionOf(key), PathOf(key), $"cannot use {Reading.ShowFileName(written, file, content)}: {reason}");
    }

    /// <summary>Whether the value names an environment variable.</summary>
    public bool IsExpanded(string key) => Entry(key) is YamlScalar scalar && scalar.Text.Contains("${", StringComparison.Ordinal);

    /// <summary>Returns a duration as a rule's message shows it; the message marks a default.</summary>
    public string Description(string key, TimeSpan value) =>
        $"{PathOf(key)} ({Durations.Format(value)}{(Has(key) ? "" : ", the default")})";

    public void ReportUnknownKeys()
    {
        foreach (var (key, _) in map.Entries.Where(e => !_known.Contains(e.Key.Text)))
        {
            var hint = Suggestion.For(key.Text, _known) is { } meant
                ? $"did you mean {meant}?"
                : $"expected one of {string.Join(", ", _known)}";
            Reading.AddProblem(key.At, PathOf(MessageText.QuoteKey(key.Text)), $"unknown key, {hint}");
        }
    }

    private bool AreGood(ReadOnlySpan<string> keys)
    {
        var good = Reading.IsGood(path);
        foreach (var key in keys)
        {
            good &= Reading.IsGood(PathOf(key));
        }

        return good;
    }

    private Position FirstWritten(ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Has(key))
            {
                return PositionOf(key);
            }
        }

        return Start;
    }

    private IEnumerable<(string Path, YamlNode Node)> Items(string key)
    {
        switch (Find(key))
        {
            case YamlList list:
                return list.Items.Select((item, i) => ($"{PathOf(key)}[{i}]", item));
            case null or YamlScalar { IsNull: true }:
                return [];
            case var other:
                Reading.AddProblem(other.At, PathOf(key), $"expected a list, found {MessageText.Node(other)}");
                return [];
        }
    }

    private YamlNode? Find(string key)
    {
        _known.Add(key);
        return Entry(key);
    }

    private YamlNode? Entry(string key) => map.Entries.FirstOrDefault(e => e.Key.Text == key).Value;
}
