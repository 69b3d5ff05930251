using System.Text.Json;

namespace Exporter.Tests.Configuration;

/// <summary>Every kind of secret in every place where people put one by mistake, as files that are refused.</summary>
internal static class SecretPlaces
{
    /// <summary>The part of each secret that nobody may read, with what stands around it.</summary>
    public static readonly (string Name, string Text)[] Secrets =
    [
        ("SendGrid's key", "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"),
        ("Bearer", "Bearer pk-Vw8Zr2Lq6Xn4Tb9Ks3"),
        ("Basic", "Authorization=Basic%20Z2xjX2V5SnZJam9pTVRJek5EVTJJbjA="),
        ("a header", "Authorization: Basic Q7xkW9vLm3RtZ5sHb2Yc"),
        (
            "a PEM",
            "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIK7vQx3ZtRw9LmB5nYs2Hd8GcJ4\nfPa6TqVu0XeWzo1KbNhSiDrMgElyOjCkA\n"
                + "-----END EC PRIVATE KEY-----\n"
        ),
        ("half a PEM", "MHcCAQEEIK7vQx3ZtRw9LmB5nYs2Hd8GcJ4\nfPa6TqVu0XeWzo1KbNhSiDrMgElyOjCkA\n"),
        ("a proxy's key", "p#Zq!8~wL^3x%Tn*7&vK(2)R;sH"),
        ("base64", "Zk9/vQ3xT+7nW/8bLm5sYd/Hc2JqRw=="),
        ("base64 that begins like a path", "/Zk9vQ3xT7nW/8bLm5sYdHc2JqRw"),
        ("base64url", "Zk9_vQ3xT-7nW8bLm5sYdHc2JqRw"),
        ("hex", "c3f19a7be02d4856c3f19b7ae02d8456"),
        ("base32", "KQ7ZT3WXN4BVR5KLS2YDHUPECJ6AGF"),
        ("a URL", "https://wq7Ztx:Vw8Zr2Lq6Xn4Tb9Ks3@h.example/Rw9LmB5nYs2H"),
    ];

    /// <summary>Around a secret stands what messages say too.</summary>
    private static readonly string[] Known =
    [
        "-----BEGIN EC PRIVATE KEY-----",
        "-----END EC PRIVATE KEY-----",
        "Authorization",
        "Bearer ",
        "Basic ",
        "https://",
    ];

    /// <summary>The sections with keys beside which secrets stand. A space is where the lines go.</summary>
    private static readonly (string Head, string Elsewhere, string[] Keys)[] OfConfiguration =
    [
        ("accounts:\n- base_url: http://127.0.0.1:9\n", "page_size", ["api_key"]),
        (
            "accounts:\n- {api_key: '${KEY}', base_url: 'http://127.0.0.1:9'}\notlp:\n  endpoint: http://127.0.0.1:9\n",
            "timeout",
            ["headers"]
        ),
    ];

    private static readonly (string Head, string Elsewhere, string[] Keys)[] OfWebConfiguration =
    [
        ("tls_server_config:\n  prefer_server_cipher_suites: true\n", "min_version", ["cert", "key", "client_ca"]),
    ];

    /// <summary>The holders of secrets of the configuration, each with a key <c>_file</c>.</summary>
    public static IEnumerable<string> Holders => OfConfiguration.SelectMany(static section => section.Keys);

    public static IEnumerable<(string Name, string Secret, string Text)> Configurations => Texts(OfConfiguration);

    public static IEnumerable<(string Name, string Secret, string Text)> WebConfigurations =>
        Texts(OfWebConfiguration)
            .Concat(
                from secret in Secrets
                let quoted = Quoted(secret.Text)
                from user in (string[])
                    [
                        $"alice: {quoted}",
                        $"{quoted}: alice",
                        $"{Quoted("alice:" + secret.Text)}: ",
                        $"{quoted}: {quoted}\n  {quoted}: {quoted}",
                        $"alice: &s {quoted}\n  bob: *s",
                    ]
                select ($"{secret.Name}, {user}", secret.Text, $"zzz: 1\nbasic_auth_users:\n  {user}\n")
            );

    /// <summary>A run of characters of the secret that a text shows; <see langword="null"/> when it shows none.</summary>
    public static string? RunIn(string text, string secret)
    {
        const int Shortest = 8;
        var parts = secret.Split([.. Known, "\n"], StringSplitOptions.RemoveEmptyEntries);
        return parts
            .SelectMany(static part =>
                Enumerable.Range(0, Math.Max(0, part.Length - Shortest + 1)).Select(at => part.Substring(at, Shortest))
            )
            .FirstOrDefault(run => text.Contains(run, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<(string Name, string Secret, string Text)> Texts(
        (string Head, string Elsewhere, string[] Keys)[] sections
    ) =>
        from section in sections
        from holder in section.Keys
        from key in (string[])[holder, $"{holder}_file"]
        from secret in Secrets
        from mistake in Mistakes(key, secret.Text, section.Elsewhere)
        select (
            $"{key}, {secret.Name}: {mistake.Lines}",
            secret.Text,
            $"{mistake.Top}\nzzz: 1\n{section.Head}  {mistake.Lines.Replace("\n", "\n  ", StringComparison.Ordinal)}\n"
        );

    private static IEnumerable<(string Top, string Lines)> Mistakes(string key, string secret, string other)
    {
        var quoted = Quoted(secret);
        yield return ("", $"{key}: {quoted}");
        yield return ("", $"{key}: {quoted}\n{key}: {quoted}");
        yield return ("", $"{key}: ' {secret.Replace("'", "''", StringComparison.Ordinal)} '");
        yield return ("", $"{key}: |\n  {secret.Replace("\n", "\n  ", StringComparison.Ordinal)}");
        yield return ("", $"{key}: >-\n  {secret.Replace("\n", "\n  ", StringComparison.Ordinal)}");
        yield return ("", $"{key}: |\n  /run/none\n  {secret.Replace("\n", "\n  ", StringComparison.Ordinal)}");
        yield return ("", $"{key}: &s {quoted}\n{other}: *s");
        yield return ("", $"{key}: {{sub: &s {quoted}}}\n{other}: *s");
        yield return ($"x: &s {quoted}", $"{key}: *s\n{other}: *s\nunknown: *s");
        yield return ("", $"{key}s: &s {quoted}\n{other}: *s");
        yield return ("", $"{key.ToUpperInvariant()[..1]}{key[1..]}: &s {quoted}\n{other}: *s");
        yield return ("", $"{key}: [{quoted}, {quoted}]");
        yield return ("", $"{key}: {{{quoted}: 1, {quoted}: 2}}");
        yield return ("", $"{key}: {{a: {quoted}, a: {quoted}}}");
        yield return ("", $"{Quoted($"{key} {secret}")}: 1");
        yield return ("", $"{Quoted($"{key}={secret}")}: 1");
        yield return ("", $"{Quoted($"{key}:{secret}")}: 1\n{Quoted($"{key}:{secret}")}: 2");
        yield return ("", $"{other}: {Quoted($"x\n{key}: {secret}")}");
        yield return ("", $"{key}: {Quoted($"${{MISSING:-{secret}}}")}");
        yield return ("", $"{key}: {Quoted($"${{WORD:-{secret}}}")}\n{other}: {quoted}");
        yield return ("", $"{key}: {Quoted($"${{MISSING:-${{MISSING:-{secret}}}}}")}");
        yield return ("", $"{key}: {Quoted($"${{{secret}}}")}");
        yield return ("", $"{key}: {Quoted($"{secret}${{WORD}}")}");
        yield return ("", $"{key}: {Quoted($"./{secret}")}");
        yield return ("", $"{key}: {Quoted($"/{secret}")}");
        yield return ("", $"{key}: {Quoted($"{secret}\0")}");
        yield return ("", $"{key}: {Quoted($"{secret} ")}\n  {other}: {quoted}");
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
