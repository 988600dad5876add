using Microsoft.CodeAnalysis;

namespace Workshop.Notebooks;

/// <summary>Writes symbols as C# has them.</summary>
internal static class SymbolText
{
    private static readonly SymbolDisplayFormat s_signature = new(
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeVariance,
        memberOptions: SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeContainingType
            | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeConstantValue,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeParamsRefOut
            | SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeExtensionThis,
        kindOptions: SymbolDisplayKindOptions.IncludeTypeKeyword | SymbolDisplayKindOptions.IncludeNamespaceKeyword,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        localOptions: SymbolDisplayLocalOptions.IncludeType | SymbolDisplayLocalOptions.IncludeConstantValue,
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    // A cell is a class to the compiler, which is nobody's business: int x, not int Script.x.
    private static readonly SymbolDisplayFormat s_inCell = s_signature.RemoveMemberOptions(SymbolDisplayMemberOptions.IncludeContainingType);

    /// <summary>A whole signature: <c>void Console.WriteLine(string? value)</c>.</summary>
    public static string Signature(ISymbol symbol) =>
        symbol.ToDisplayString(symbol.ContainingType is null or { IsScriptClass: true } ? s_inCell : s_signature);

    /// <summary>The parameters alone: <c>(string? value)</c>.</summary>
    public static string Parameters(IMethodSymbol method) => $"({string.Join(", ", method.Parameters.Select(parameter => parameter.ToDisplayString(s_signature)))})";

    public static string OfType(ITypeSymbol type) => type.ToDisplayString(s_signature.WithKindOptions(SymbolDisplayKindOptions.None));
}
