using Exporter.Configuration.Values;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Exporter.Configuration.Yaml;

/// <summary>
/// Turns text into nodes. It uses YamlDotNet's parser and not its document model, because that one stops at the first duplicate key and
/// follows nesting as deep as the stack allows.
/// </summary>
/// <remarks>
/// Depth, values and characters are limited, and aliases are counted in full, so the nodes cost no more than a text of
/// <see cref="MaxLength"/> without an alias.
/// </remarks>
internal sealed class YamlComposer
{
    /// <summary>
    /// The most characters of a text, and of all values in it with each alias counted as what it stands for. A thousand automations with
    /// ten steps each take half of this.
    /// </summary>
    public const int MaxLength = 1024 * 1024;

    internal const int MaxDepth = 32;
    internal const int MaxSize = 100_000;

    private readonly Parser _parser;
    private readonly Action<Position, string> _report;
    private readonly Dictionary<string, (YamlNode Node, Amount Amount)> _anchors = new(StringComparer.Ordinal);

    /// <summary>What has been composed so far.</summary>
    private Amount _composed;

    private YamlComposer(string text, Action<Position, string> report)
    {
        _parser = new Parser(new StringReader(text));
        _report = report;
    }

    /// <summary>
    /// Returns the one document of the text; <see langword="null"/> when there is none or it cannot be read, and then reports a problem.
    /// </summary>
    public static YamlNode? Compose(string text, Action<Position, string> report)
    {
        if (text.Length > MaxLength)
        {
            report(default, $"expected at most {MaxLength} characters, found {text.Length}");
            return null;
        }

        var composer = new YamlComposer(text, report);
        try
        {
            return composer.Document();
        }
        catch (YamlException e)
        {
            // The parser's messages name what it was doing and hold nothing of the text.
            var at = PositionOf(e.Start);
            var tab = FirstTab(text, at.Line, e.Message.Contains(" tab ", StringComparison.Ordinal) ? int.MaxValue : 1);
            report(tab ?? at, tab is null ? $"cannot be read as YAML: {e.Message}" : "expected spaces, found a tab in front of the line");
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // Some broken flow mappings make the scanner itself fail, as random edits of the example showed.
            report(composer._parser.Current is { } last ? PositionOf(last.End) : new(1, 1), "cannot be read as YAML from here on");
            return null;
        }
    }

    private YamlNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = Node(depth: 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
        {
            _report(PositionOf(second.Start), "expected one document, found a second one");
        }

        return root;
    }

    private YamlNode Node(int depth)
    {
        var start = _parser.Current!;
        if (depth > MaxDepth)
        {
            throw new YamlException(start.Start, start.End, $"nested more than {MaxDepth} levels deep");
        }

        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            // An anchor is known only once its node is complete, so a node cannot contain itself.
            if (!_anchors.TryGetValue(alias.Value.Value, out var anchored))
            {
                throw new YamlException(alias.Start, alias.End, "an alias whose anchor does not stand before it");
            }

            Count(alias, anchored.Amount);
            return anchored.Node with { At = PositionOf(alias.Start) };
        }

        var begin = _parser.Consume<NodeEvent>();
        if (!begin.Tag.IsEmpty && !begin.Tag.IsNonSpecific && !begin.Tag.Value.StartsWith("tag:yaml.org,2002:", StringComparison.Ordinal))
        {
            _report(PositionOf(begin.Start), "tags are not supported, expected a value without one");
        }

        var before = _composed;
        Count(begin, new(1, (begin as Scalar)?.Value.Length ?? 0));
        YamlNode node = begin switch
        {
            Scalar scalar => new YamlScalar(PositionOf(scalar.Start), scalar.Value, scalar.Style == ScalarStyle.Plain),
            SequenceStart => new YamlList(PositionOf(begin.Start), Items(depth)),
            _ => new YamlMap(PositionOf(begin.Start), Entries(depth)),
        };
        if (!begin.Anchor.IsEmpty)
        {
            _anchors[begin.Anchor.Value] = (node, new(_composed.Values - before.Values, _composed.Characters - before.Characters));
        }

        return node;
    }

    private List<YamlNode> Items(int depth)
    {
        var items = new List<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node(depth + 1));
        }

        return items;
    }

    private List<(YamlScalar Key, YamlNode Value)> Entries(int depth)
    {
        var entries = new List<(YamlScalar Key, YamlNode Value)>();
        var first = new Dictionary<string, Position>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = Node(depth + 1);
            var value = Node(depth + 1);
            if (key is not YamlScalar scalar)
            {
                _report(key.At, $"expected a key, found {MessageText.Node(key)}");
                continue;
            }

            if (!first.TryAdd(scalar.Text, scalar.At))
            {
                _report(scalar.At, $"duplicate key {MessageText.QuoteKey(scalar.Text)}, first at line {first[scalar.Text].Line}");
            }

            entries.Add((scalar, value));
        }

        return entries;
    }

    /// <exception cref="YamlException">It is too much: the rest is not read.</exception>
    private void Count(ParsingEvent at, Amount more)
    {
        _composed = new(_composed.Values + more.Values, _composed.Characters + more.Characters);
        if (_composed.Values > MaxSize || _composed.Characters > MaxLength)
        {
            var most = _composed.Values > MaxSize ? $"{MaxSize} values" : $"{MaxLength} characters in all values";
            throw new YamlException(at.Start, at.End, $"expected at most {most}, aliases counted in full");
        }
    }

    private static Position PositionOf(in Mark mark) => new((int)mark.Line, (int)mark.Column);

    /// <summary>
    /// Returns the first tab that indents a line: the parser reports it with many different messages at different places.
    /// </summary>
    private static Position? FirstTab(string text, int line, int lines) =>
        text.Split('\n')
            .Index()
            .Skip(line - 1)
            .Take(lines)
            .Select(l => (l.Index, Column: l.Item.AsSpan()[..^l.Item.AsSpan().TrimStart(" \t").Length].IndexOf('\t')))
            .Where(l => l.Column >= 0)
            .Select(l => (Position?)new Position(l.Index + 1, l.Column + 1))
            .FirstOrDefault();

    /// <summary>An amount of values, and of the characters in them.</summary>
    private readonly record struct Amount(int Values, int Characters);
}
