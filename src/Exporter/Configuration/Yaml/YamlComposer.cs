using Exporter.Configuration.Values;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Exporter.Configuration.Yaml;

/// <summary>
/// Turns text into nodes. It uses YamlDotNet's parser and not its document model, because that one stops at the first duplicate key and
/// follows nesting as deep as the stack allows.
/// </summary>
/// <remarks>Depth and size are limited, and aliases are counted in full, so no text takes long or ends the process.</remarks>
internal sealed class YamlComposer
{
    internal const int MaxDepth = 32;
    internal const int MaxSize = 100_000;

    private readonly Parser _parser;
    private readonly Action<Position, string> _report;
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);

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
            return _anchors.TryGetValue(alias.Value.Value, out var anchored)
                ? anchored with
                {
                    At = PositionOf(alias.Start),
                }
                : throw new YamlException(alias.Start, alias.End, "an alias whose anchor does not stand before it");
        }

        var begin = _parser.Consume<NodeEvent>();
        if (!begin.Tag.IsEmpty && !begin.Tag.IsNonSpecific && !begin.Tag.Value.StartsWith("tag:yaml.org,2002:", StringComparison.Ordinal))
        {
            _report(PositionOf(begin.Start), "tags are not supported, expected a value without one");
        }

        YamlNode node = begin switch
        {
            Scalar scalar => new YamlScalar(PositionOf(scalar.Start), scalar.Value, scalar.Style == ScalarStyle.Plain),
            SequenceStart => List(begin, depth),
            _ => Map(begin, depth),
        };
        if (!begin.Anchor.IsEmpty)
        {
            _anchors[begin.Anchor.Value] = node;
        }

        return node;
    }

    private YamlList List(NodeEvent begin, int depth)
    {
        var items = new List<YamlNode>();
        var size = 1;
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node(depth + 1));
            size = Grown(begin, size + items[^1].Size);
        }

        return new(PositionOf(begin.Start), size, items);
    }

    private YamlMap Map(NodeEvent begin, int depth)
    {
        var entries = new List<(YamlScalar Key, YamlNode Value)>();
        var first = new Dictionary<string, Position>(StringComparer.Ordinal);
        var size = 1;
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = Node(depth + 1);
            var value = Node(depth + 1);
            size = Grown(begin, size + key.Size + value.Size);
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

        return new(PositionOf(begin.Start), size, entries);
    }

    /// <exception cref="YamlException">The node holds too much already: the rest of it is not read.</exception>
    private static int Grown(NodeEvent begin, int size) =>
        size <= MaxSize ? size : throw new YamlException(begin.Start, begin.End, $"more than {MaxSize} values, aliases counted in full");

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
}
