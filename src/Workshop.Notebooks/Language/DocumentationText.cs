using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace Workshop.Notebooks;

/// <summary>XML documentation as text that a person reads.</summary>
internal static partial class DocumentationText
{
    /// <summary>A symbol's documentation; empty when it has none.</summary>
    public static string Of(ISymbol symbol, Compilation compilation)
    {
        var definition = (symbol as IMethodSymbol)?.ReducedFrom?.OriginalDefinition ?? symbol.OriginalDefinition;
        // A variable is documented by its type.
        if (definition is ILocalSymbol or IParameterSymbol || definition is IFieldSymbol { ContainingType.IsScriptClass: true })
            return "";
        var xml = definition.GetDocumentationCommentXml();
        if (string.IsNullOrEmpty(xml) && definition.GetDocumentationCommentId() is { } id && definition.ContainingAssembly is { } assembly)
            xml = DocumentationFiles.Find(id, compilation.GetMetadataReference(assembly) as PortableExecutableReference);
        return string.IsNullOrEmpty(xml) ? "" : Write(xml);
    }

    private static string Write(string xml)
    {
        XElement member;
        try
        {
            member = XElement.Parse(xml);
        }
        catch (XmlException)
        {
            return ""; // a comment in a cell that is not well-formed
        }
        var text = new StringBuilder();
        Add(member.Element("summary"), "");
        AddAll("Parameters", "param", "name");
        Add(member.Element("returns"), "Returns: ");
        AddAll("Exceptions", "exception", "cref");
        Add(member.Element("remarks"), "");
        return text.ToString().TrimEnd();

        void Add(XElement? element, string label)
        {
            if (element is not null && Plain(element) is { Length: > 0 } content)
                text.Append(label).Append(content).Append("\n\n");
        }

        void AddAll(string label, string name, string key)
        {
            var elements = member.Elements(name).ToList();
            if (elements.Count == 0)
                return;
            text.Append(label).Append(":\n");
            foreach (var element in elements)
                text.Append($"  {Name((string?)element.Attribute(key))}: {Plain(element)}\n");
            text.Append('\n');
        }
    }

    private static string Plain(XElement element)
    {
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            text.Append(node switch
            {
                XText plain => plain.Value,
                XElement { Name.LocalName: "para" } paragraph => $"\u0001{Plain(paragraph)}\u0001",
                XElement { Name.LocalName: "item" } item => $"\u0001- {Plain(item)}",
                XElement { IsEmpty: true } reference => Name((string?)(reference.Attribute("cref") ?? reference.Attribute("name") ?? reference.Attribute("langword") ?? reference.Attribute("href"))),
                XElement inner => Plain(inner),
                _ => "",
            });
        }
        // White space is the file's layout; \u0001 is a line end that is meant.
        return Space().Replace(text.ToString(), " ").Replace(" \u0001", "\u0001", StringComparison.Ordinal).Replace("\u0001 ", "\u0001", StringComparison.Ordinal)
            .Replace('\u0001', '\n').Trim();
    }

    // M:System.Console.WriteLine(System.String) -> Console.WriteLine; T:System.Collections.Generic.List`1 -> List
    private static string Name(string? reference)
    {
        if (reference is null || reference.Length < 2 || reference[1] != ':')
            return reference ?? "";
        var parts = reference[2..].Split('(')[0].Split('.').Select(part => part.Split('`')[0]).ToArray();
        return reference[0] == 'T' || parts.Length < 2 ? parts[^1] : $"{parts[^2]}.{parts[^1]}";
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
