using System.Globalization;
using System.Text;
using Exporter.Configuration.Sections;
using Exporter.Configuration.Values;
using Exporter.Polling;
using Exporter.SendGrid.Keys;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Configuration;

/// <summary>
/// Writes options as YAML with every default filled in and no secret. Once the secrets are put back, <see cref="ConfigurationReader"/>
/// reads the YAML as the same options; together with the variables that a comment of it names, if one does.
/// </summary>
internal static class ConfigurationWriter
{
    public static string Write(ExporterOptions options)
    {
        var yaml = new YamlWriter();
        yaml.Map(
            "poll",
            () =>
            {
                yaml.Value("interval", options.Poll.Interval);
                yaml.Value("timeout", options.Poll.Timeout);
                yaml.Value("max_age", options.Poll.MaxAge);
                yaml.Value("discovery_interval", options.Poll.DiscoveryInterval);
                yaml.Value("idle_interval", options.Poll.IdleInterval ?? options.Poll.Interval);
            }
        );
        yaml.List("accounts", options.Accounts, account => Account(yaml, account, options.Poll));
        yaml.Map(
            "history",
            () =>
            {
                yaml.Value("retention", options.History.Retention);
                yaml.Word("max_size", ByteSizes.Format(options.History.MaxSize));
            }
        );
        yaml.Map("web", () => yaml.Text("grafana_url", options.Web.GrafanaUrl?.OriginalString ?? ""));
        yaml.Map(
            "links",
            () =>
            {
                yaml.Word(
                    "url",
                    options.Links.Url switch
                    {
                        UrlDisplay.None => "none",
                        UrlDisplay.Host => "host",
                        UrlDisplay.Full => "full",
                        _ => "path",
                    }
                );
                yaml.Value("max_per_automation", options.Links.MaxPerCampaign);
                yaml.Value("missing_grace", options.Links.MissingGrace);
            }
        );
        yaml.Map("log", () => yaml.Word("level", LogOptions.WordOf(options.Log.InForce)));
        Otlp(yaml, options.Otlp);
        return yaml.ToString();
    }

    /// <summary>
    /// Writes the settings as the file would hold them, even when they come from environment variables; as the variables when the file
    /// cannot say them.
    /// </summary>
    private static void Otlp(YamlWriter yaml, OtlpOptions otlp)
    {
        if (otlp is { Metrics: null, Traces: null, Logs: null })
        {
            return;
        }

        if (OtlpSection.ReceiverOf(otlp) is not { } receiver)
        {
            yaml.Comment("otlp: set by variables of the environment, as this section cannot say the same");
            foreach (var (name, value) in OtlpVariables.Write(otlp))
            {
                yaml.Comment($"{name}={value}");
            }

            return;
        }

        yaml.Map(
            "otlp",
            () =>
            {
                yaml.Text("endpoint", receiver.Endpoint.AbsoluteUri);
                yaml.Word("protocol", OtlpSection.Word(receiver.Protocol));
                if (!receiver.Headers.IsEmpty)
                {
                    yaml.Word("headers", receiver.Headers.ToString());
                }

                yaml.Value("interval", otlp.Interval);
                yaml.Value("timeout", receiver.Timeout);
                yaml.Value("traces", otlp.Traces is not null);
                yaml.Value("logs", otlp.Logs is not null);
            }
        );
    }

    private static void Account(YamlWriter yaml, AccountOptions polled, PollOptions poll)
    {
        var account = polled.Api;
        yaml.Name(account.Name);
        if (account.ApiKey.File is { } file)
        {
            yaml.Text("api_key_file", Path.GetFullPath(file));
        }
        else
        {
            yaml.Word("api_key", ApiKey.Redacted);
        }

        yaml.Text("base_url", account.BaseUrl.GetLeftPart(UriPartial.Authority));
        yaml.Text("on_behalf_of", account.OnBehalfOf ?? "");
        yaml.Value("page_size", account.PageSize);
        yaml.Map(
            "rate",
            () =>
            {
                yaml.Word(
                    "requests_per_second",
                    account.Rate.RequestsPerSecond.ToString("0.################", CultureInfo.InvariantCulture)
                );
                yaml.Value("concurrency", account.Rate.Concurrency);
            }
        );
        yaml.Map("automations", () => Automations(yaml, polled.Automations, poll));
        yaml.Map(
            "single_sends",
            () =>
            {
                yaml.Value("discover", polled.SingleSends.Discover);
                yaml.Value("max_age", polled.SingleSends.SentWithin);
                yaml.List(
                    "list",
                    polled.SingleSends.List,
                    send =>
                    {
                        yaml.Text("id", send.Id);
                        yaml.Name(send.Name);
                    }
                );
            }
        );
    }

    private static void Automations(YamlWriter yaml, AutomationsOptions automations, PollOptions poll)
    {
        yaml.Value("discover", automations.Discover);
        yaml.Word("names", automations.Names == NameSource.UndocumentedApi ? "undocumented-api" : "config");
        yaml.Texts("exclude", automations.Exclude);
        yaml.Value("step_stats", automations.StepStats);
        yaml.List(
            "list",
            automations.List,
            automation =>
            {
                yaml.Text("id", automation.Id);
                yaml.Name(automation.Name);
                yaml.Value("interval", automation.Interval ?? poll.Interval);
                yaml.List(
                    "steps",
                    automation.Steps,
                    step =>
                    {
                        yaml.Text("id", step.Id);
                        yaml.Text("name", step.Name);
                    }
                );
            }
        );
    }

    /// <summary>Writes the subset of YAML that the configuration needs.</summary>
    private sealed class YamlWriter
    {
        private readonly StringBuilder _text = new();
        private int _depth;
        private bool _isFirstOfItem;

        public void Map(string key, Action content) => Nested(key, "", content);

        public void List<T>(string key, IReadOnlyCollection<T> items, Action<T> content) =>
            Nested(
                key,
                items.Count == 0 ? " []" : "",
                () =>
                {
                    foreach (var item in items)
                    {
                        _isFirstOfItem = true;
                        _depth++;
                        content(item);
                        _depth--;
                    }
                }
            );

        public void Texts(string key, IReadOnlyCollection<string> items) => Word(key, $"[{string.Join(", ", items.Select(Quoted))}]");

        /// <summary>Writes a name; one that is <see langword="null"/> is left out.</summary>
        public void Name(string? name)
        {
            if (name is not null)
            {
                Text("name", name);
            }
        }

        public void Value(string key, TimeSpan value) => Word(key, Durations.Format(value));

        public void Value(string key, int value) => Word(key, value.ToString(CultureInfo.InvariantCulture));

        public void Value(string key, bool value) => Word(key, value ? "true" : "false");

        public void Text(string key, string value) => Word(key, Quoted(value));

        /// <summary>Writes a value that needs no quotes.</summary>
        public void Word(string key, string value) => Line($"{key}: {value}");

        public void Comment(string text) => Line($"# {text}");

        public override string ToString() => _text.ToString();

        private void Nested(string key, string rest, Action content)
        {
            Line($"{key}:{rest}");
            _depth++;
            content();
            _depth--;
        }

        private void Line(string text)
        {
            var indent = new string(' ', 2 * _depth);
            _text.Append(_isFirstOfItem ? $"{indent[..^2]}- " : indent).Append(text).Append('\n');
            _isFirstOfItem = false;
        }

        /// <summary>
        /// Quotes a text: each <c>$</c> is doubled, so that it stands for itself; a character that might break a line is written as its
        /// number.
        /// </summary>
        private static string Quoted(string text)
        {
            var quoted = new StringBuilder("\"");
            foreach (var c in text)
            {
                _ = c switch
                {
                    '"' or '\\' => quoted.Append('\\').Append(c),
                    '$' => quoted.Append("$$"),
                    _ when char.IsControl(c)
                            || char.GetUnicodeCategory(c)
                                is UnicodeCategory.LineSeparator
                                    or UnicodeCategory.ParagraphSeparator
                                    or UnicodeCategory.Format => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                    _ => quoted.Append(c),
                };
            }

            return quoted.Append('"').ToString();
        }
    }
}
