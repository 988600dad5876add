using System.Text.Json.Nodes;

namespace Workshop.Notebooks;

/// <summary>What the kernel says of itself.</summary>
internal static class KernelInfo
{
    /// <summary>The name that notebooks and kernelspecs give the language.</summary>
    public const string Language = "C#";

    private static readonly string s_version = typeof(KernelInfo).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>The content of an answer to <c>kernel_info_request</c>.</summary>
    public static JsonObject Answer() => new()
    {
        ["status"] = "ok",
        ["protocol_version"] = JupyterCodec.ProtocolVersion,
        ["implementation"] = "workshop",
        ["implementation_version"] = s_version,
        ["language_info"] = new JsonObject
        {
            ["name"] = Language,
            ["version"] = "14.0",
            ["mimetype"] = "text/x-csharp",
            ["file_extension"] = ".cs",
            ["pygments_lexer"] = "csharp",
            ["codemirror_mode"] = "text/x-csharp",
        },
        ["banner"] = $"C# 14 on .NET {Environment.Version}. Interrupt stops the running cell; variables stay.",
        ["debugger"] = false,
        ["help_links"] = new JsonArray(new JsonObject { ["text"] = "C#", ["url"] = "https://learn.microsoft.com/dotnet/csharp/" }),
    };
}
