using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Workshop.Notebooks;

/// <summary>What <c>#r "nuget: Name, 1.2.3"</c> asks for.</summary>
/// <param name="Name">The package's id.</param>
/// <param name="Version">A version or a range of them in NuGet's notation; <c>*</c>: the latest.</param>
internal sealed partial record PackageDirective(string Name, string Version)
{
    private const string Prefix = "nuget:";

    public override string ToString() => Version == "*" ? Name : $"{Name} {Version}";

    public static bool IsPackage(string reference) => reference.TrimStart().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    public static bool TryParse(string reference, [NotNullWhen(true)] out PackageDirective? directive)
    {
        var match = Form().Match(reference);
        directive = match.Success ? new PackageDirective(match.Groups["name"].Value, match.Groups["version"] is { Success: true } version ? version.Value.Trim() : "*") : null;
        return match.Success;
    }

    /// <summary>The packages that a cell asks for, and the files that it loads, and those that they load.</summary>
    /// <remarks>One that is misspelt is passed over: the compiler then says so, with its line.</remarks>
    public static IReadOnlyList<PackageDirective> FindIn(string code, string folder, CSharpParseOptions parseOptions)
    {
        if (!code.Contains("#r", StringComparison.Ordinal) && !code.Contains("#load", StringComparison.Ordinal))
            return [];
        var found = new List<PackageDirective>();
        Find(code, folder, new HashSet<string>(StringComparer.Ordinal));
        return found;

        void Find(string text, string from, HashSet<string> seen)
        {
            var root = CSharpSyntaxTree.ParseText(text, parseOptions).GetCompilationUnitRoot();
            foreach (var reference in root.GetReferenceDirectives())
            {
                if (TryParse(reference.File.ValueText, out var directive) && !found.Contains(directive))
                    found.Add(directive);
            }
            foreach (var load in root.GetLoadDirectives())
            {
                var path = Path.GetFullPath(Path.Combine(from, load.File.ValueText.Replace('\0', '_')));
                if (seen.Add(path) && File.Exists(path))
                    Find(File.ReadAllText(path), Path.GetDirectoryName(path)!, seen);
            }
        }
    }

    [GeneratedRegex(@"^\s*nuget:\s*(?<name>[A-Za-z0-9_][A-Za-z0-9._-]*)\s*(,\s*(?<version>[0-9A-Za-z.*+\-\[\](), ]+))?$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
