namespace StructuredConcurrency.Simulation.Rewriting;

/// <summary>The names that the C# specification gives to members (<c>M:System.Threading.Tasks.Task.Delay(System.Int32)</c>): the same for a compiler's symbol and for a loaded member.</summary>
internal static class DocumentationIds
{
    public static string Of(Type type) => "T:" + Name(type);

    /// <summary>A method's; <paramref name="typeArguments"/> stand for the type parameters of <paramref name="type"/>: the first ones of an extension method.</summary>
    public static string OfMethod(Type type, string name, int arity, IEnumerable<Type> parameters, Type[] typeArguments)
    {
        var list = string.Join(',', parameters.Select(parameter => Of(parameter, typeArguments)));
        return $"M:{Name(type)}.{name}{(arity > 0 ? "``" + arity : "")}{(list.Length > 0 ? $"({list})" : "")}";
    }

    public static string OfProperty(Type type, string name) => $"P:{Name(type)}.{name}";

    private static string Name(Type type) => type.FullName!.Replace('+', '.');

    private static string Of(Type type, Type[] ofType)
    {
        if (type.IsGenericParameter)
        {
            var index = Array.IndexOf(ofType, type);
            return index >= 0 ? "`" + index : "``" + (type.GenericParameterPosition - (type.DeclaringMethod is null ? 0 : ofType.Count(t => t.DeclaringMethod == type.DeclaringMethod)));
        }

        if (type.IsArray)
            return Of(type.GetElementType()!, ofType) + "[]";
        if (type.IsByRef)
            return Of(type.GetElementType()!, ofType) + "@";
        if (!type.IsGenericType)
            return Name(type);
        var definition = Name(type.GetGenericTypeDefinition());
        return $"{definition[..definition.IndexOf('`', StringComparison.Ordinal)]}{{{string.Join(',', type.GetGenericArguments().Select(argument => Of(argument, ofType)))}}}";
    }
}
