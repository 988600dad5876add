using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Simulation;

/// <summary>Which code a trace was recorded of: the same on every machine and in every build of the same source, so that a trace can be told from one of other code.</summary>
internal static class CompiledCode
{
    private static readonly ConditionalWeakTable<MethodInfo, string> s_known = [];
    private static readonly string s_environment = Digits(Hash($"{Environment.Version.Major}.{Environment.Version.Minor} {typeof(EventLoop).Assembly.GetName().Version}"), 4);

    /// <summary><c>1a2b3c4d-9f3a</c>: the source of the file that the program is written in, and the versions of .NET and of this library. Empty where there is no debug information.</summary>
    public static string Of(MethodInfo program) => s_known.GetValue(program, static method =>
        SourceLines.HashOfFile(method) is { } hash ? $"{Digits(Hash(Convert.ToHexString(hash)), 8)}-{s_environment}" : "");

    /// <summary>What changed from one to the other, as far as it is known; <see langword="null"/>: nothing.</summary>
    public static string? Difference(string recorded, string now)
    {
        if (recorded == now || recorded.Length == 0 || now.Length == 0)
            return null;
        return recorded.Split('-')[0] != now.Split('-')[0]
            ? "the code changed since the trace was recorded"
            : "the trace was recorded with another version of .NET or of this library";
    }

    private static ulong Hash(string text)
    {
        var hash = 0UL;
        foreach (var character in text)
            hash = SplitMix64.Mix(hash, character);
        return hash;
    }

    private static string Digits(ulong hash, int digits) => hash.ToString("x16", CultureInfo.InvariantCulture)[^digits..];
}
