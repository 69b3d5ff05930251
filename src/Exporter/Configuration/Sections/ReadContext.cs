using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Exporter.Configuration.Values;
using Exporter.Configuration.Yaml;
using Exporter.Disk;
using Exporter.SendGrid.Keys;

namespace Exporter.Configuration.Sections;

/// <summary>The context of reading one file: it collects the problems and reads single values.</summary>
/// <param name="file">The name of the file in messages.</param>
/// <param name="environment">Returns the value of an environment variable.</param>
/// <param name="files">Reads the files that this one names; <see langword="null"/> when the configuration is read only once.</param>
internal sealed class ReadContext(string file, Func<string, string?> environment, FileRound? files = null)
{
    // Shorter texts are not keys, and hiding every "a" would make the messages unreadable.
    private const int ShortestSecret = 4;

    private readonly ProblemList _problems = new();
    private readonly ProblemList _warnings = new();
    private readonly HashSet<string> _badPaths = new(StringComparer.Ordinal);
    private readonly HashSet<string> _secrets = new(StringComparer.Ordinal);

    /// <summary>Returns the value of an environment variable; <see langword="null"/> when it is not set or empty.</summary>
    public string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;

    /// <summary>The file's directory; files that it names are relative to it.</summary>
    public string Directory { get; } = Path.GetDirectoryName(file) ?? "";

    /// <summary>Reads the files that this one names.</summary>
    public FileRound Files { get; } = files ?? new NamedFiles().BeginRound();

    public void AddProblem(Position at, string message) => _problems.Add(new(file, at, message));

    /// <summary>Reports a problem with the value at a path; rules across several values leave that path out.</summary>
    public void AddProblem(Position at, string path, string message)
    {
        _badPaths.Add(path);
        AddProblem(at, path.Length == 0 ? message : $"{path}: {message}");
    }

    public void Warn(Position at, string message) => _warnings.Add(new(file, at, message));

    /// <summary>Reports a warning about an environment variable, which takes the place of the file's name.</summary>
    public void WarnOfVariable(string name, string message) => _warnings.Add(new(name, default, message));

    public bool HasProblems => _problems.Count > 0;

    public IReadOnlyList<Problem> Problems => Finish(_problems);

    public IReadOnlyList<Problem> Warnings =>
        [
            .. Finish(_warnings),
            .. Files.Pipes.Select(static pipe => new Problem(
                pipe,
                default,
                "a pipe, so it was read once and is not watched; new content needs a restart"
            )),
        ];

    public bool IsGood(string path) => !_badPaths.Contains(path);

    /// <summary>Removes this text from all messages from now on.</summary>
    public void Hide(string secret)
    {
        if (secret.Length >= ShortestSecret)
        {
            _secrets.Add(secret);
        }
    }

    /// <summary>
    /// Hides the values under <c>api_key</c> or <c>headers</c>, wherever they stand: misplaced, written twice or renamed by an alias.
    /// </summary>
    public void HideKeys(YamlNode node)
    {
        foreach (var item in node is YamlList list ? list.Items : [])
        {
            HideKeys(item);
        }

        foreach (var (key, value) in node is YamlMap map ? map.Entries : [])
        {
            HideKeys(value);
            if (key.Text is "api_key" or "headers" && value is YamlScalar { Text: var text })
            {
                foreach (var secret in Variables.Literals(text))
                {
                    Hide(secret.Trim());
                }
            }
        }
    }

    /// <summary>Reads one value. A message shows it as written, before expansion: the environment may hold a secret.</summary>
    public bool TryRead<T>(string path, YamlNode node, ValueParser<T> kind, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (node is not YamlScalar { IsNull: false, Text: var written })
        {
            AddProblem(node.At, path, $"expected {kind.Expected}, found {MessageText.Node(node)}");
        }
        else if (Variables.Expand(written, environment, out var text) is { } mistake)
        {
            AddProblem(node.At, path, mistake);
        }
        else if (!kind.IsSecret && MessageText.IsApiKey(text))
        {
            AddProblem(
                node.At,
                path,
                $"expected {kind.Expected}, found an API key; put it into api_key, or into a file that api_key_file names"
            );
        }
        else if (kind.TryRead(text, out value))
        {
            return true;
        }
        else
        {
            AddProblem(node.At, path, $"expected {kind.Expected}, found {Found(kind, written, text)}");
        }

        return false;
    }

    /// <summary>
    /// Returns a text as a message shows it. It hides secrets before it cuts the text: the beginning of a cut one would not be found.
    /// </summary>
    public string Show(string text) => MessageText.Sanitize(Redacted(text, LongestFirst()));

    /// <summary>Describes what stands in place of a value, without a part of a secret.</summary>
    private string Found<T>(ValueParser<T> kind, string written, string text)
    {
        if (!kind.IsSecret)
        {
            return Show(written);
        }

        return kind.Found?.Invoke(text) ?? (string.IsNullOrWhiteSpace(text) ? "nothing" : "something else");
    }

    /// <summary>Reads a mapping key by key, then reports the keys that were not read.</summary>
    public T ReadMap<T>(string path, YamlNode node, Func<Section, T> read)
    {
        var section = new Section(this, path, node as YamlMap ?? new YamlMap(node.At, 1, []));
        var before = _problems.Mark();
        var value = read(section);
        section.ReportUnknownKeys();
        if (node is not (YamlMap or YamlScalar { IsNull: true }))
        {
            // Problems inside a value of the wrong type are of no use.
            _problems.ReturnTo(before);
            AddProblem(node.At, path, $"expected a mapping, found {MessageText.Node(node)}");
        }

        return value;
    }

    /// <summary>Returns the options if there is no problem; otherwise <paramref name="options"/> is ignored.</summary>
    public ConfigurationResult Result(ExporterOptions? options) =>
        new(_problems.Count == 0 ? options : null, Problems, Warnings) { Files = Files.Seen };

    private List<Problem> Finish(ProblemList found)
    {
        var secrets = LongestFirst();
        var any = SearchValues.Create(CollectionsMarshal.AsSpan(secrets), StringComparison.Ordinal);
        return
        [
            .. found.Sorted(file).Select(p => p.Message.AsSpan().ContainsAny(any) ? p with { Message = Redacted(p.Message, secrets) } : p),
        ];
    }

    /// <summary>One that is part of another would leave the rest of that.</summary>
    private List<string> LongestFirst() => [.. _secrets.OrderByDescending(static secret => secret.Length)];

    private static string Redacted(string text, List<string> secrets) =>
        secrets.Aggregate(text, static (left, secret) => left.Replace(secret, ApiKey.Redacted, StringComparison.Ordinal));
}
