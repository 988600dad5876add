using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using StructuredConcurrency.Simulation.StandIns;

namespace StructuredConcurrency.Simulation.Rewriting;

/// <summary>A place where code leaves the loop, with the change that keeps it there.</summary>
/// <param name="StandIn">What is called there instead.</param>
/// <param name="Span">What is replaced.</param>
/// <param name="NewText">By what.</param>
/// <param name="Line">Its line, from 0.</param>
internal sealed record Site(StandIn StandIn, TextSpan Span, string NewText, int Line);

/// <summary>Finds, in one file, what leaves the loop.</summary>
internal sealed class SiteFinder : CSharpSyntaxWalker
{
    private readonly SyntaxTree _tree;
    private readonly SemanticModel _model;
    private readonly HashSet<string> _aliases;
    private readonly CancellationToken _cancellationToken;
    private readonly Dictionary<TextSpan, Site> _sites = [];
    private readonly List<UncontrolledSite> _uncontrolled = [];

    private SiteFinder(SemanticModel model, HashSet<string> aliases, CancellationToken cancellationToken)
    {
        _tree = model.SyntaxTree;
        _model = model;
        _aliases = aliases;
        _cancellationToken = cancellationToken;
    }

    /// <param name="model">The file.</param>
    /// <param name="aliases">Names that using directives of the program give to types.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static (List<Site> Sites, List<UncontrolledSite> Uncontrolled) Find(SemanticModel model, HashSet<string> aliases, CancellationToken cancellationToken)
    {
        var finder = new SiteFinder(model, aliases, cancellationToken);
        finder.Visit(model.SyntaxTree.GetRoot(cancellationToken));
        return ([.. finder._sites.Values], finder._uncontrolled);
    }

    public override void VisitUsingDirective(UsingDirectiveSyntax node)
    {
        // What it names is rewritten where it is used; but not a type inside, as in 'using Watches = List<Stopwatch>'.
        if (node.Alias is not null && Symbol(node.NamespaceOrType) is not INamedTypeSymbol { IsGenericType: false, IsTupleType: false })
            base.VisitUsingDirective(node);
    }

    public override void VisitInvocationExpression(InvocationExpressionSyntax node)
    {
        if (node.Expression is IdentifierNameSyntax { Identifier.Text: "nameof" } && Symbol(node) is null)
            return; // a name, and no call
        base.VisitInvocationExpression(node);
    }

    public override void VisitIdentifierName(IdentifierNameSyntax node) => VisitName(node);

    public override void VisitGenericName(GenericNameSyntax node)
    {
        VisitName(node);
        base.VisitGenericName(node);
    }

    public override void VisitObjectCreationExpression(ObjectCreationExpressionSyntax node)
    {
        if (Rightmost(node.Type) is { } name && (MayMean(name) || _aliases.Contains(name)) && Symbol(node) is IMethodSymbol constructor)
        {
            if (Lookup(constructor) is { } standIn)
            {
                var span = standIn.Kind == StandInKind.Factory ? TextSpan.FromBounds(node.NewKeyword.SpanStart, node.Type.Span.End) : node.Type.Span;
                if (standIn.Kind == StandInKind.Factory && node.Initializer is not null)
                    Leave(node, standIn.Construct, "its initializer cannot be kept: set the properties after it was made");
                else
                    Replace(node, span, standIn.Replacement, standIn);
            }
            else if (Uncontrollable.Reason(constructor) is { } reason)
            {
                Leave(node, $"new {constructor.ContainingType.Name}", reason);
            }
        }

        base.VisitObjectCreationExpression(node);
    }

    public override void VisitImplicitObjectCreationExpression(ImplicitObjectCreationExpressionSyntax node)
    {
        if (Symbol(node) is IMethodSymbol constructor)
        {
            if (Lookup(constructor) is { Kind: StandInKind.Constructor } standIn)
                Replace(node, new TextSpan(node.NewKeyword.Span.End, 0), " " + standIn.Replacement, standIn);
            else if (Lookup(constructor) is { Kind: StandInKind.Factory } factory && node.Initializer is null)
                Replace(node, node.NewKeyword.Span, factory.Replacement, factory);
            else if (Lookup(constructor) is { } other)
                Leave(node, other.Construct, "its initializer cannot be kept: set the properties after it was made");
            else if (Uncontrollable.Reason(constructor) is { } reason)
                Leave(node, $"new {constructor.ContainingType.Name}", reason);
        }

        base.VisitImplicitObjectCreationExpression(node);
    }

    public override void VisitConstructorInitializer(ConstructorInitializerSyntax node)
    {
        LeaveBase(node);
        base.VisitConstructorInitializer(node);
    }

    public override void VisitPrimaryConstructorBaseType(PrimaryConstructorBaseTypeSyntax node)
    {
        LeaveBase(node);
        base.VisitPrimaryConstructorBaseType(node);
    }

    public override void VisitAwaitExpression(AwaitExpressionSyntax node)
    {
        if (Unwrapped(node.Expression) is InvocationExpressionSyntax call && Symbol(call) is IMethodSymbol method && Uncontrollable.ReasonOfAwaiting(method) is { } reason)
            Leave(call, $"{method.ContainingType.Name}.{method.Name}", reason);
        base.VisitAwaitExpression(node);
    }

    private static ExpressionSyntax Unwrapped(ExpressionSyntax awaited) => awaited switch
    {
        ParenthesizedExpressionSyntax parenthesized => Unwrapped(parenthesized.Expression),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "ConfigureAwait" or "WaitAsync" } access } => Unwrapped(access.Expression),
        _ => awaited,
    };

    private static string? Rightmost(TypeSyntax type) => type switch
    {
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax aliased => aliased.Name.Identifier.ValueText,
        _ => null,
    };

    private static bool MayMean(string name) => StandIn.Names.Contains(name) || Uncontrollable.Names.Contains(name);

    private static StandIn? Lookup(ISymbol symbol)
    {
        var original = (symbol is IMethodSymbol { ReducedFrom: { } unreduced } ? unreduced : symbol).OriginalDefinition;
        return original.GetDocumentationCommentId() is { } id ? StandIn.All.GetValueOrDefault(id) : null;
    }

    private ISymbol? Symbol(SyntaxNode node) => _model.GetSymbolInfo(node, _cancellationToken).Symbol;

    private void VisitName(SimpleNameSyntax node)
    {
        var name = node.Identifier.ValueText;
        if (!MayMean(name) && !_aliases.Contains(name))
            return;
        var info = _model.GetSymbolInfo(node, _cancellationToken);
        if (info.Symbol is not { } symbol)
        {
            if (info.CandidateReason == CandidateReason.LateBound || IsOnDynamic(node))
                Leave(node, name, "what is 'dynamic' is decided at run time: give it its type");
            return;
        }

        if (symbol is not (IMethodSymbol or IPropertySymbol or INamedTypeSymbol) || node.FirstAncestorOrSelf<AttributeSyntax>() is not null)
            return;
        if (Lookup(symbol) is { } standIn)
            Replace(node, standIn, symbol);
        if (symbol is not INamedTypeSymbol && Uncontrollable.Reason(symbol) is { } reason)
            Leave(node, $"{symbol.ContainingType.Name}.{symbol.Name}", reason);
    }

    private void Replace(SimpleNameSyntax node, StandIn standIn, ISymbol symbol)
    {
        switch (standIn.Kind)
        {
            case StandInKind.Type:
                var isInAlias = node.FirstAncestorOrSelf<UsingDirectiveSyntax>() is not null; // no other directive counts there
                Replace(node, Qualified(node).Span, isInAlias ? $"global::{typeof(StandsForAttribute).Namespace}.{standIn.Replacement}" : standIn.Replacement, standIn);
                break;
            case StandInKind.Static when node.Parent is MemberAccessExpressionSyntax access && access.Name == node:
                // Where the whole type has a stand-in, its name is replaced on its own.
                if (!StandIn.All.ContainsKey("T:" + standIn.Original[2..].Split('(')[0][..^(standIn.Name.Length + 1)]))
                    Replace(node, access.Expression.Span, standIn.Type, standIn);
                break;
            case StandInKind.Static:
                Replace(node, new TextSpan(node.SpanStart, 0), standIn.Type + ".", standIn);
                break;
            case StandInKind.Extension when StaysAnyway(node):
                break;
            case StandInKind.Extension when symbol is IMethodSymbol { IsExtensionMethod: true, ReducedFrom: null }:
                var qualifier = node.Parent is MemberAccessExpressionSyntax qualified ? qualified.Expression.SpanStart : node.SpanStart;
                Replace(node, TextSpan.FromBounds(qualifier, node.Identifier.Span.End), $"{standIn.Type}.{standIn.Replacement}", standIn);
                break;
            case StandInKind.Extension when node.Parent is MemberAccessExpressionSyntax { Expression: BaseExpressionSyntax }:
                Leave(node, standIn.Construct, "it is called on the base class: call it on 'this'");
                break;
            case StandInKind.Extension when node.Parent is MemberAccessExpressionSyntax or MemberBindingExpressionSyntax:
                Replace(node, node.Identifier.Span, standIn.Replacement, standIn);
                break;
            case StandInKind.Extension:
                Replace(node, node.Identifier.Span, $"this.{standIn.Replacement}", standIn);
                break;
            default:
                break;
        }
    }

    /// <summary>The name with all that qualifies it: <c>System.Threading.Timer</c>.</summary>
    private static SyntaxNode Qualified(SimpleNameSyntax node)
    {
        SyntaxNode whole = node;
        while ((whole.Parent is QualifiedNameSyntax qualified && qualified.Right == whole)
            || (whole.Parent is AliasQualifiedNameSyntax aliased && aliased.Name == whole)
            || (whole.Parent is MemberAccessExpressionSyntax access && access.Name == whole))
        {
            whole = whole.Parent;
        }

        return whole;
    }

    /// <summary><c>ConfigureAwait(true)</c> keeps the loop by itself.</summary>
    private bool StaysAnyway(SimpleNameSyntax node)
    {
        if (!string.Equals(node.Identifier.ValueText, "ConfigureAwait", StringComparison.Ordinal))
            return false;
        var call = node.FirstAncestorOrSelf<InvocationExpressionSyntax>();
        return call?.ArgumentList.Arguments is [.., var last] && _model.GetConstantValue(last.Expression, _cancellationToken) is { HasValue: true } constant
            && constant.Value is true or int and ((int)ConfigureAwaitOptions.ContinueOnCapturedContext or (int)(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.ForceYielding)
                or (int)(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing));
    }

    private bool IsOnDynamic(SimpleNameSyntax node) =>
        node.Parent is MemberAccessExpressionSyntax access && access.Name == node && _model.GetTypeInfo(access.Expression, _cancellationToken).Type is IDynamicTypeSymbol;

    private void LeaveBase(SyntaxNode node)
    {
        if (Symbol(node) is IMethodSymbol constructor && Lookup(constructor) is { Kind: StandInKind.Constructor } standIn)
            Leave(node, standIn.Construct, $"a class derives from it: derive from {standIn.Type} instead, or hold one");
    }

    private void Replace(SyntaxNode node, TextSpan span, string text, StandIn standIn)
    {
        // A name may be broken over lines; those below it stay where they are.
        var lines = _tree.GetText(_cancellationToken).GetSubText(span).Lines.Count - 1;
        _sites[span] = new Site(standIn, span, text + new string('\n', lines), Line(node));
    }

    private void Leave(SyntaxNode node, string construct, string reason) => _uncontrolled.Add(new UncontrolledSite(_tree.FilePath, Line(node) + 1, construct, reason));

    private int Line(SyntaxNode node) => _tree.GetText(_cancellationToken).Lines.GetLinePosition(node.SpanStart).Line;
}
