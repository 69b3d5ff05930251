using System.Diagnostics.CodeAnalysis;
using System.Globalization;
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

    // Most file names are no secret, and short ones are words of the messages.
    private const int ShortestFileName = 8;

    /// <summary>No text of a file brings it into a message: its control characters are written as numbers.</summary>
    private const char Mark = '\u0001';

    private readonly ProblemList _problems = new();
    private readonly ProblemList _warnings = new();
    private readonly HashSet<string> _badPaths = new(StringComparer.Ordinal);
    private readonly HashSet<string> _secrets = new(StringComparer.Ordinal);

    /// <summary>What stands in the place of a file's name, and may be a secret until there is such a file.</summary>
    private readonly HashSet<string> _fileNames = new(StringComparer.Ordinal);
    private readonly HashSet<string> _realFileNames = new(StringComparer.Ordinal);

    /// <summary>Texts with such a name in them. Whether messages show them is known when all files have been read.</summary>
    private readonly List<string> _undecided = [];

    /// <summary>All secrets, and all names of files; <see langword="null"/> after another was added.</summary>
    private (SecretTexts Secrets, SecretTexts FileNames)? _hidden;

    /// <summary>The number of characters that variables may still stand for.</summary>
    private int _room = Variables.MostCharacters;

    /// <summary>Returns the value of an environment variable; <see langword="null"/> when it is not set or empty.</summary>
    public string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;

    /// <summary>The file's directory; files that it names are relative to it.</summary>
    public string Directory { get; } = Path.GetDirectoryName(file) ?? "";

    /// <summary>What was read of the files that this one names.</summary>
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
    public void Hide(string secret) => Hide(secret, _secrets, ShortestSecret);

    /// <summary>Hides what stands under secret keys, wherever they stand: misplaced, written twice or renamed by an alias.</summary>
    public void HideSecrets(YamlNode node, SecretKeys keys)
    {
        foreach (var item in node is YamlList list ? list.Items : [])
        {
            HideSecrets(item, keys);
        }

        foreach (var (key, value) in node is YamlMap map ? map.Entries : [])
        {
            if (keys.IsSecret(key.Text))
            {
                HideBelow(value, keys, SecretKeys.NamesFile(key.Text), keys.KeepsNames(key.Text));
            }
            else
            {
                HideSecrets(value, keys);
            }
        }
    }

    /// <summary>Reads a file that this one names. Once there is such a file, messages may show its name.</summary>
    /// <param name="name">The name, after its variables were expanded.</param>
    public FileContent ReadFile(string name)
    {
        var content = Files.Read(Path.Combine(Directory, name));
        if (content.Presence == FilePresence.File)
        {
            _realFileNames.Add(name.Trim());
        }

        return content;
    }

    /// <summary>Returns what a message shows of the name of a file that cannot be used, see <see cref="FileNameText"/>.</summary>
    /// <param name="written">The name as it is written.</param>
    /// <param name="path">The same after its variables were expanded.</param>
    /// <param name="content">What was read there.</param>
    public string ShowFileName(string written, string path, FileContent content)
    {
        if (_problems.IsFull)
        {
            return "";
        }

        if (FileNameText.Shown(written, path, content) is not { } shown)
        {
            return FileNameText.Described(written);
        }

        _realFileNames.Add(written.Trim());
        _realFileNames.Add(path.Trim());
        return MessageText.Quote(shown);
    }

    /// <summary>Reads one value. A message shows it as written, before expansion: the environment may hold a secret.</summary>
    public bool TryRead<T>(string path, YamlNode node, ValueParser<T> kind, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (node is not YamlScalar { IsNull: false, Text: var written })
        {
            AddProblem(node.At, path, $"expected {kind.Expected}, found {MessageText.Node(node)}");
        }
        else if (Variables.Expand(written, environment, ref _room, out var text) is { } mistake)
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
    /// Returns a text for a message. A text with a secret in it is hidden as a whole, because a cut or encoded part of a secret is not
    /// recognised afterwards. When no more problems are listed, the text is empty.
    /// </summary>
    public string Show(string text)
    {
        if (_problems.IsFull)
        {
            return "";
        }

        var (secrets, fileNames) = _hidden ??= (new SecretTexts(_secrets), new SecretTexts(_fileNames));
        if (secrets.AreIn(text) || !fileNames.AreIn(text))
        {
            return Shown(text, secrets);
        }

        _undecided.Add(text);
        return $"{Mark}{_undecided.Count - 1}{Mark}";
    }

    private static string Shown(string text, SecretTexts secrets) => secrets.AreIn(text) ? ApiKey.Redacted : MessageText.Sanitize(text);

    /// <summary>Describes what stands in place of a value, without a part of a secret.</summary>
    private string Found<T>(ValueParser<T> kind, string written, string text)
    {
        if (!kind.IsSecret && kind.Found is null)
        {
            return Show(written);
        }

        return kind.Found?.Invoke(text) ?? (string.IsNullOrWhiteSpace(text) ? "nothing" : "something else");
    }

    /// <summary>Reads a mapping key by key, then reports the keys that were not read.</summary>
    public T ReadMap<T>(string path, YamlNode node, Func<Section, T> read)
    {
        var section = new Section(this, path, node as YamlMap ?? new YamlMap(node.At, []));
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
        var secrets = new SecretTexts(_secrets.Concat(_fileNames.Except(_realFileNames, StringComparer.Ordinal)));
        return
        [
            .. found
                .Sorted(file)
                .Select(p => p with { Message = Decided(p.Message, secrets) })
                .Select(p => secrets.AreIn(p.Message) ? p with { Message = secrets.Redact(p.Message) } : p),
        ];
    }

    private string Decided(string message, SecretTexts secrets)
    {
        // Between two marks stands the number of a text.
        var parts = message.Split(Mark);
        for (var i = 1; i < parts.Length - 1; i += 2)
        {
            parts[i] = Shown(_undecided[int.Parse(parts[i], CultureInfo.InvariantCulture)], secrets);
        }

        return string.Concat(parts);
    }

    private void HideBelow(YamlNode node, SecretKeys keys, bool isFileName, bool keepsNames)
    {
        if (node is YamlScalar { Text: var text })
        {
            Hide(text, keys, isFileName);
        }

        foreach (var item in node is YamlList list ? list.Items : [])
        {
            HideBelow(item, keys, isFileName, keepsNames);
        }

        foreach (var (key, value) in node is YamlMap map ? map.Entries : [])
        {
            if (!keepsNames)
            {
                Hide(key.Text, keys, isFileName: true);
            }

            HideBelow(value, keys, isFileName, keepsNames);
        }
    }

    private void Hide(string text, SecretKeys keys, bool isFileName)
    {
        foreach (var literal in Variables.Literals(text).Select(static literal => literal.Trim()).Where(literal => !keys.IsHolder(literal)))
        {
            Hide(literal, isFileName ? _fileNames : _secrets, isFileName ? ShortestFileName : ShortestSecret);
        }
    }

    private void Hide(string text, HashSet<string> among, int shortest)
    {
        if (text.Length >= shortest && among.Add(text))
        {
            _hidden = null;
        }
    }
}
