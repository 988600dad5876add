using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Workshop.Notebooks;

/// <summary>Finds what could stand at a place, by what the compiler would find there.</summary>
internal static class CompletionFinder
{
    private const int Shown = 500;

    private static readonly ImmutableArray<string> s_keywords =
        [.. SyntaxFacts.GetKeywordKinds().Select(SyntaxFacts.GetText).Where(text => text.Length > 1 && !text.StartsWith("__", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)];

    public static CompletionList Find(SemanticModel model, string code, int position)
    {
        var start = position;
        while (start > 0 && SyntaxFacts.IsIdentifierPartCharacter(code[start - 1]))
            start--;
        var root = model.SyntaxTree.GetRoot();
        // A number is being typed, or the caret is in a comment or a text.
        if ((start < position && char.IsAsciiDigit(code[start])) || IsInText(root, position))
            return new CompletionList(start, position, []);

        var before = Before(root, start);
        var typed = code[start..position];
        var items = OperandOf(before) is { } operand
            ? Members(model, operand, start)
            : [.. InScope(model, before, start), .. s_keywords.Where(_ => typed.Length > 0).Select(keyword => (3, new CompletionItem(keyword, "keyword", "")))];
        var matching = items.Where(item => item.Item.Text.TrimStart('@').StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(item => item.Item.Text.StartsWith(typed, StringComparison.Ordinal))
            .ThenBy(item => item.Rank)
            .ThenBy(item => item.Item.Text, StringComparer.OrdinalIgnoreCase)
            .Select(item => item.Item)
            .DistinctBy(item => item.Text, StringComparer.Ordinal)
            .Take(Shown);
        return new CompletionList(start, position, [.. matching]);
    }

    private static SyntaxToken Before(SyntaxNode root, int position)
    {
        var token = root.FindToken(position);
        return token.SpanStart >= position ? token.GetPreviousToken() : token;
    }

    private static bool IsInText(SyntaxNode root, int position)
    {
        if (position == 0)
            return false;
        var trivia = root.FindTrivia(position - 1, findInsideTrivia: false);
        if (trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.DisabledTextTrivia)
            return true;
        if (trivia.Kind() is SyntaxKind.MultiLineCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia)
            return trivia.Span.End > position || !trivia.ToString().EndsWith("*/", StringComparison.Ordinal);
        var token = root.FindToken(position - 1);
        var isText = token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.Utf8StringLiteralToken
            or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.InterpolatedStringTextToken;
        return isText && token.SpanStart < position && (position < token.Span.End || token.IsKind(SyntaxKind.InterpolatedStringTextToken) || token.ContainsDiagnostics);
    }

    // What stands before a dot, if a dot is what stands before.
    private static ExpressionSyntax? OperandOf(SyntaxToken before) => before.Parent switch
    {
        MemberAccessExpressionSyntax access when access.OperatorToken == before => access.Expression,
        QualifiedNameSyntax name when name.DotToken == before => name.Left,
        AliasQualifiedNameSyntax name when name.ColonColonToken == before => name.Alias,
        MemberBindingExpressionSyntax binding when binding.OperatorToken == before =>
            binding.Ancestors().OfType<ConditionalAccessExpressionSyntax>().First(access => access.WhenNotNull.Span.Contains(binding.Span)).Expression,
        _ => null,
    };

    private static IEnumerable<(int Rank, CompletionItem Item)> Members(SemanticModel model, SyntaxNode operand, int position)
    {
        var (symbol, type) = Understand(model, operand);
        // The name before the dot is a type's or a namespace's, not a value's.
        var isStatic = symbol is INamespaceOrTypeSymbol;
        INamespaceOrTypeSymbol? container = symbol is INamespaceSymbol space ? space : type switch
        {
            IPointerTypeSymbol pointer => pointer.PointedAtType,
            INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable when operand.Parent is ConditionalAccessExpressionSyntax => nullable.TypeArguments[0],
            IErrorTypeSymbol or null => null,
            _ => type,
        };
        if (container is null)
            return [];
        return model.LookupSymbols(position, container, includeReducedExtensionMethods: !isStatic)
            .Where(member => isStatic ? member.IsStatic || member is INamespaceOrTypeSymbol : !member.IsStatic && member is not INamespaceOrTypeSymbol)
            .Where(IsShown)
            .Select(member => (RankOf(member), ItemOf(member)));

        static int RankOf(ISymbol member) => member is IMethodSymbol { MethodKind: MethodKind.ReducedExtension } ? 1 : member.ContainingType?.SpecialType == SpecialType.System_Object ? 2 : 0;
    }

    private static (ISymbol? Symbol, ITypeSymbol? Type) Understand(SemanticModel model, SyntaxNode operand)
    {
        var info = model.GetSymbolInfo(operand);
        var symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        var type = model.GetTypeInfo(operand).Type ?? symbol as ITypeSymbol;
        if (symbol is INamespaceSymbol || type is not (null or IErrorTypeSymbol))
            return (symbol, type);
        // "text." above "int n = 0;" parses as the declaration of an n of the type text.int; as an expression it makes sense.
        var expression = SyntaxFactory.ParseExpression(operand.ToString());
        return (model.GetSpeculativeSymbolInfo(operand.SpanStart, expression, SpeculativeBindingOption.BindAsExpression).Symbol,
            model.GetSpeculativeTypeInfo(operand.SpanStart, expression, SpeculativeBindingOption.BindAsExpression).Type);
    }

    private static IEnumerable<(int Rank, CompletionItem Item)> InScope(SemanticModel model, SyntaxToken before, int position)
    {
        if (before.Parent is UsingDirectiveSyntax)
            return model.LookupNamespacesAndTypes(position).OfType<INamespaceSymbol>().Select(space => (0, ItemOf(space)));
        var found = model.LookupSymbols(position).Where(IsShown).Select(symbol => (RankOf(symbol), ItemOf(symbol)));
        // A single name in the braces is an element of a collection to the parser, until "=" follows.
        if (before.Parent is InitializerExpressionSyntax { Parent: BaseObjectCreationExpressionSyntax creation }
            && model.GetTypeInfo(creation).Type is { } created)
        {
            return [.. model.LookupSymbols(position, created).Where(member => !member.IsStatic && IsShown(member) && member is IPropertySymbol or IFieldSymbol).Select(member => (-1, ItemOf(member))), .. found];
        }
        if (before.Parent is BaseArgumentListSyntax { Parent: { } call })
            return [.. ParametersOf(model, call), .. found];
        return found;

        // What this notebook declares before what .NET does.
        static int RankOf(ISymbol symbol) => symbol is ILocalSymbol or IParameterSymbol ? 0 : symbol.Locations.Any(place => place.IsInSource) ? 1 : symbol is INamespaceSymbol ? 4 : 2;
    }

    private static IEnumerable<(int Rank, CompletionItem Item)> ParametersOf(SemanticModel model, SyntaxNode call)
    {
        var info = model.GetSymbolInfo(call);
        var called = info.Symbol is not null ? [info.Symbol] : info.CandidateSymbols;
        if (called.IsEmpty && call is InvocationExpressionSyntax invocation)
            called = model.GetMemberGroup(invocation.Expression);
        return called.OfType<IMethodSymbol>().SelectMany(method => method.Parameters).DistinctBy(parameter => parameter.Name, StringComparer.Ordinal)
            .Select(parameter => (-1, new CompletionItem(parameter.Name + ":", "variable", SymbolText.OfType(parameter.Type))));
    }

    private static bool IsShown(ISymbol symbol) =>
        symbol.CanBeReferencedByName
        && !symbol.IsImplicitlyDeclared
        && symbol is not IMethodSymbol { MethodKind: MethodKind.PropertyGet or MethodKind.PropertySet or MethodKind.Destructor }
        && !symbol.GetAttributes().Any(static attribute =>
            attribute.AttributeClass?.Name == "EditorBrowsableAttribute" && attribute.ConstructorArguments is [{ Value: 1 }]);

    private static CompletionItem ItemOf(ISymbol symbol) => new(
        SyntaxFacts.GetKeywordKind(symbol.Name) == SyntaxKind.None ? symbol.Name : "@" + symbol.Name,
        KindOf(symbol),
        symbol is IMethodSymbol method ? SymbolText.Parameters(method) : "");

    private static string KindOf(ISymbol symbol) => symbol switch
    {
        INamespaceSymbol => "module",
        ITypeParameterSymbol => "typeParameter",
        ITypeSymbol type => type.TypeKind switch
        {
            TypeKind.Struct => "struct",
            TypeKind.Interface => "interface",
            TypeKind.Enum => "enum",
            _ => "class",
        },
        IMethodSymbol { MethodKind: MethodKind.LocalFunction } => "function",
        IMethodSymbol => "method",
        IPropertySymbol => "property",
        IEventSymbol => "event",
        IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum } => "enumMember",
        IFieldSymbol { IsConst: true } => "constant",
        // A variable of an earlier cell is a field of that cell.
        IFieldSymbol field => field.ContainingType?.IsScriptClass == true ? "variable" : "field",
        _ => "variable",
    };
}
